/** One door for captures of either format. */
import { readPcap } from './pcap.ts';
import { readPcapng } from './pcapng.ts';
import type { Progress } from './reading.ts';
import { recognise } from './recognise.ts';

/** The reader that fits the content, `undefined` where this is no capture (or one still gzipped: unpacking is the caller's). */
export const readCapture = (bytes: Uint8Array, name: string, input: number): Progress | undefined => {
  const kind = recognise(bytes);
  return kind === 'pcap' ? readPcap(bytes, name, input) : kind === 'pcapng' ? readPcapng(bytes, name, input) : undefined;
};
