/** Files as somebody drops or picks them: read, and told apart into keys, which are added, and all else, which takes the place of what is open. */
import type { GivenFile } from '../../protocol/protocol.ts';

const enoughToTell = 4096;

/**
 * Whether a file holds keys and nothing to step through: JSON, or a table of Wireshark's. Told from the content, never from the name.
 * The engine looks again: this only decides whether what is open stays.
 */
export function looksLikeKeys({ bytes }: GivenFile): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, enoughToTell));
  if (start.includes('\0')) return false;
  const text = start.trimStart();
  if (text.startsWith('{') || text.startsWith('[')) return true;
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const whole = bytes.length > enoughToTell ? lines.slice(0, -1) : lines;
  return whole.length > 0 && whole.every((line) => isIkeRow(line) || isEspRow(line));
}

/** `cookie,key` of IKEv1; `spi,spi,key,...` of IKEv2. */
const isIkeRow = (line: string): boolean => /^[0-9a-f]{16},("?[0-9a-z]*"?[\s\S]*)$/i.test(line.trim());
/** `"IPv4","src","dst","0x...","cipher","key",...` */
const isEspRow = (line: string): boolean => /^"IPv[46]","/i.test(line.trim());

/** Added to what is open, if all of it is keys and something is open, or if somebody asks for it. */
export const shouldAdd = (files: readonly GivenFile[], somethingOpen: boolean, asked: boolean): boolean =>
  somethingOpen && (asked || (files.length > 0 && files.every(looksLikeKeys)));

export const readFiles = (files: Iterable<File>): Promise<GivenFile[]> =>
  Promise.all(Array.from(files, async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
