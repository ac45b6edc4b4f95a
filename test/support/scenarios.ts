/** The scenarios that come along, as `ikewind simulate` reads them. */
import { Effect } from 'effect';
import { scenarioIn } from '../../debugger/host/scenario.ts';
import { bundledNames, bundledText } from '../../debugger/host/scenarios.ts';
import type { Scenario } from '../../engine/sim/scenario.ts';

export const scenarios: readonly Scenario[] = bundledNames.map((name) => Effect.runSync(scenarioIn(name, bundledText(name) ?? '')));
