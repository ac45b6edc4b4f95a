/** What the tables of both phases have in common: who takes part, where the first match is, the sentence above. RFC 2409 5. */
import type { Dialect } from '../event/policy-lines.ts';
import type { MatrixCellView } from './models.ts';

/** Who takes part, for the sentences. */
export interface MatrixParties {
  /** `(0:709)`, `e2ac4822…be1e`. */
  readonly negotiation?: string;
  readonly offers?: string;
  readonly decides?: string;
  readonly dialect?: Dialect;
}

export const acceptedAt = (cells: readonly (readonly MatrixCellView[])[]): { row: number; column: number } | null => {
  for (const [row, line] of cells.entries()) {
    const column = line.findIndex((cell) => cell.verdict === 'accepted');
    if (column >= 0) return { row, column };
  }
  return null;
};

export const ordinal = (n: number): string => {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
};

export const detailOf = (phase: string, { negotiation, offers, decides }: MatrixParties): string => {
  const whose = negotiation === undefined ? phase : `${phase} of ${negotiation}`;
  const who = offers === undefined || decides === undefined ? '' : `, ${offers} offers, ${decides} decides`;
  return `${whose}${who}. The responder tries each of its policies in order of priority against each offered transform, and stops at the first pair that agrees.`;
};
