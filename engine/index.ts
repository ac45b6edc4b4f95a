/** The engine's one public door, and the only file that re-exports. */
export type * from './view/models.ts';
