/** Requests that somebody types while the engine takes part, one a line: `clear crypto sa`, `ping 10.2.0.1`, `pause`. */
import { createInterface } from 'node:readline';
import { Effect, type Scope } from 'effect';
import { isOrder, orderExamples } from '../../engine/index.ts';
import type { Live } from '../host/live.ts';
import type { Keyboard } from './io.ts';

/** Until the scope closes, or nobody types any more. `refuse` is told what nobody could mean. */
export const takeOrders = (
  input: Keyboard,
  live: Pick<Live, 'request'>,
  refuse: (sentence: string) => void,
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
        lines.on('line', (line) => {
          const order = line.trim();
          if (order === '') return;
          if (isOrder(order)) live.request(order);
          else refuse(`nothing is known of "${order}". There is: ${orderExamples.join(', ')}`);
        });
        return lines;
      }),
      (lines) => Effect.sync(() => lines.close()),
    ),
  );
