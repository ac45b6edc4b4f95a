/** One trace with its verdict, or with the reason why it could not be read. */
import type { DiagnosisRecord } from '../../../engine/index.ts';

export interface Diagnosed {
  readonly name: string;
  /** Where it lies, as it was named. */
  readonly path: string;
  readonly diagnosis: DiagnosisRecord | null;
  readonly unreadable: string | null;
}
