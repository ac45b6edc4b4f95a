/** The other half of the seeded runs. */
import { holdsFor } from './seeded-runs.ts';

for (const name of ['nat', 'xauth', 'both-begin', 'hub', 'clear', 'strangers'] as const) holdsFor(name);
