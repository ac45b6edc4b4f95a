/** What a packet of ours costs, sealed and opened, beside the same HMAC and cipher called by themselves. */
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { type EspAlgorithms, type EspKeys, espAlgorithms } from '../../engine/state/ipsec/esp-algorithms.ts';
import { openEsp, verifyEsp } from '../../engine/state/ipsec/esp-protection.ts';
import { sealEsp } from '../../engine/state/ipsec/esp-sealing.ts';
import { sequenceNumber } from '../../engine/values/sequence-number.ts';
import { spi } from '../../engine/values/spi.ts';

const packets = 20_000;
const octets = 1400;

interface Suite {
  readonly name: string;
  readonly transform: number;
  readonly keyBits: number | null;
  readonly authentication: number | null;
  readonly keys: EspKeys;
  /** The primitives alone. */
  readonly raw: (payload: Uint8Array) => void;
}

const key = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
const [aes, sha1, sha256, salted, iv, nonce] = [key(32), key(20), key(32), key(36), key(16), key(12)];
const none = new Uint8Array(0);

const suites: readonly Suite[] = [
  {
    name: 'AES-256-CBC, HMAC-SHA1',
    transform: 12,
    keyBits: 256,
    authentication: 2,
    keys: { encryption: aes, integrity: sha1 },
    raw: (payload) => {
      nodeCrypto.encryptCbc('aes-cbc', aes, iv, payload);
      nodeCrypto.hmac('sha1', sha1, payload);
    },
  },
  {
    name: 'AES-256-CBC, HMAC-SHA2-256',
    transform: 12,
    keyBits: 256,
    authentication: 5,
    keys: { encryption: aes, integrity: sha256 },
    raw: (payload) => {
      nodeCrypto.encryptCbc('aes-cbc', aes, iv, payload);
      nodeCrypto.hmac('sha256', sha256, payload);
    },
  },
  {
    name: 'AES-256-GCM',
    transform: 20,
    keyBits: 256,
    authentication: null,
    keys: { encryption: salted, integrity: null },
    raw: (payload) => void nodeCrypto.sealAead('aes-gcm', aes, nonce, none, payload),
  },
];

type Line = (what: string, figure: string, ratio?: string) => void;
type Time = <T>(work: () => T) => { ms: number; result: T };

const rate = (ms: number): string => `${((packets / ms) * 1000).toLocaleString('en-US', { maximumFractionDigits: 0 })} packets/s`;

/** A whole number of blocks, so that the yardstick can take it too. */
const payload = key(octets - (octets % 16));

export const benchEsp = (line: Line, time: Time): void => {
  process.stdout.write(`ESP packets with ${payload.length} octets inside; the ratio is to cipher and MAC alone\n`);
  for (const { name, transform, keyBits, authentication, keys, raw } of suites) {
    const algorithms = espAlgorithms({ transform, keyBits, authentication, esn: false }) as EspAlgorithms;
    const what = { spi: spi(0x1000), esn: false, payload, nextHeader: 4 };
    const yardstick = time(() => {
      for (let i = 0; i < packets; i++) raw(payload);
    });
    const sealed = time(() => {
      let last: Uint8Array | undefined;
      for (let i = 1; i <= packets; i++) last = sealEsp(nodeCrypto, algorithms, keys, { ...what, sequence: sequenceNumber(i) });
      return last ?? none;
    });
    const packet = sealed.result;
    const opened = time(() => {
      for (let i = 0; i < packets; i++) {
        verifyEsp(nodeCrypto, algorithms, keys, packet, 0, packet.length);
        openEsp(
          nodeCrypto,
          algorithms.transform?.cipher ?? 'null',
          keys.encryption ?? none,
          packet,
          0,
          packet.length,
          algorithms.icvOctets,
        );
      }
    });
    line(`seal: ${name}`, rate(sealed.ms), (sealed.ms / yardstick.ms).toFixed(2));
    line(`check and open: ${name}`, rate(opened.ms), (opened.ms / yardstick.ms).toFixed(2));
  }
};
