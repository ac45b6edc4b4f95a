/** Lines in which one message may begin behind another: where terminal output lost its line ends. */

/**
 * Beginnings that no message has in its middle: an IOS date behind which a message stands, the connection's number behind
 * `ISAKMP`, a routine's name behind `IPSEC`, a session behind `IKEv2`, a syslog mnemonic.
 */
const beginnings =
  /[*.]?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: [A-Z]{3,4})?: (?=%|ISAKMP|IPSEC|IKEv|CRYPTO|Crypto)|ISAKMP(?:-(?:PAK|ERROR|INFO))?: ?\(\d|ISAKMP \(\d+:\d+\): |IPSEC\([a-z_]+\): |IKEv2(?:-[A-Z]+)?:\(SESSION|%(?:CRYPTO|ASA|PIX|FTD)-\d-[A-Z0-9_]+: /g;

const most = 16;

/** Where further messages can begin in `line`, in order; whether what stands before is a message, the caller must see. At most 16. */
export const beginningsIn = (line: string): readonly number[] => {
  const places: number[] = [];
  for (const { index } of line.slice(0, 8192).matchAll(beginnings)) {
    if (index > 0 && places.push(index) === most) break;
  }
  return places;
};
