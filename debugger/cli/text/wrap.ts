/** A paragraph in lines that are pleasant to read. */
import { harmless } from './paint.ts';

const widest = 100;

/** Breaks at spaces; a word that is longer than the line stands alone on one. */
export const wrap = (text: string, columns: number, indent = ''): readonly string[] => {
  const width = Math.max(20, Math.min(columns, widest) - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of harmless(text).split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(indent + line);
  return lines;
};
