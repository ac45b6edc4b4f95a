/** Lines of help within the width of a terminal: what is longer goes on below, under the column in which it began. */

/** What colours a terminal takes no room. */
const colour = /\p{Cc}\[[\d;]*m/gu;

const widthOf = (text: string): number => text.replace(colour, '').length;

/** A name, and far enough to the right what it means. */
const row = /^(\s+\S.*?\s{2,})(\S.*)$/;

/** Columns to the left of a meaning that leave too little room for it. */
const widestName = 34;

/** Examples are there to be copied whole. */
const command = /^\s+ikewind /;

/** `text` with no line wider than `width`, as far as words allow. */
export const withinColumns = (text: string, width = 80): string =>
  text
    .split('\n')
    .map((line) => (widthOf(line) <= width || command.test(line.replace(colour, '')) ? line : broken(line, width)))
    .join('\n');

const broken = (line: string, width: number): string => {
  const [, name, meaning] = row.exec(line) ?? [];
  if (name === undefined || meaning === undefined) return filled(line.trim(), /^\s*/.exec(line)?.[0].length ?? 0, width).join('\n');
  if (widthOf(name) > widestName) return [name.trimEnd(), ...filled(meaning, 6, width)].join('\n');
  const [first = '', ...others] = filled(meaning, widthOf(name), width);
  return [name + first.trimStart(), ...others].join('\n');
};

/** Words in lines that begin after `indent` blanks. */
const filled = (text: string, indent: number, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((l) => ' '.repeat(indent) + l);
};
