/** Lines of a terminal session that say nothing of IKE: prompts, commands, pings, pagers, comments. */

const forms: readonly RegExp[] = [
  // Prompts of IOS and ASA, with or without a command: `R1#`, `spoke2(config-if)#ip route ...`, `ciscoasa/pri/act>`.
  /^\s*[A-Za-z][\w.\-/]{0,62}(?:\([\w-]{1,40}\))?[#>](?:\s|$|[^=>])/,
  /^\s*$/,
  // A ping's marks, alone in a line.
  /^\s*[.!UQM?&]{1,100}\s*$/,
  /^\s*Type escape sequence to abort/,
  /^\s*Sending \d+, \d+-byte ICMP/,
  /^\s*Packet sent with (?:a source address|the DF bit)/,
  /^\s*Success rate is \d/,
  /^\s*Tracing the route to/,
  /^\s*Enter configuration commands/,
  /^\s*Configuring from terminal/,
  /^\s*Building configuration/,
  /^\s*(?:\[OK\]|\[confirm\])/,
  /^\s*% ?(?:Invalid input|Incomplete command|Ambiguous command|Unknown command|Unrecognized command|Type )/,
  /^\s*\^\s*$/,
  /^\s*(?:--More--|<--- More --->)/,
  /^\s*All possible debugging has been turned off/,
  /^\s*(?:Crypto(?: \w+)*|IKEv[12](?: \w+)*|IPSEC(?: \w+)*|PKI(?: \w+)*|KMI|Cryptographic Subsystem)(?: \w+)*(?: debugging is (?:on|off|enabled|disabled)|:)\s*$/i,
  /^\s*debug (?:crypto|all)\b/,
  /^\s*(?:un|no )?debug all/,
  /^\s*<cr>\s*$/,
  // What people write between the lines.
  /^\s*(?:!|#|\/\/|;|--|==|\*\*\*|~~|<!--)/,
  /^\s*[-=_*~#]{3,}\s*$/,
  /^\s*(?:```|<\/?[a-z][^>]{0,200}>\s*$)/,
  // Devices print ASCII, and no sentences of six words without a number or a sign in them.
  /[\u00c0-\u024f\u0370-\u1fff\u2e80-\ud7ff]/,
  /^\s*[A-Z][a-z']{0,30},?(?: [A-Za-z(][A-Za-z',;()/-]{0,40}){5,}[.!?:]?\s*$/,
  // PuTTY's and others' headings.
  /^\s*=~=~/,
  // A command's list of what can come next: `  sa   Clear all crypto SAs`.
  /^\s{1,4}[a-z][\w-]{1,30}\s{2,}[A-Z][A-Za-z]/,
];

export const isNoise = (line: string): boolean => {
  const head = line.slice(0, 300);
  return forms.some((form) => form.test(head));
};

/** A prompt that a message followed in the same line: its length, 0 where there is none. `*` and dates must not be eaten. */
export const promptLength = (line: string): number =>
  /^\s*[A-Za-z][\w.\-/]{0,62}(?:\([\w-]{1,40}\))?[#>]\s*/.exec(line.slice(0, 300))?.[0].length ?? 0;
