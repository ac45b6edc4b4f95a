/** What is typed reaches the engine, one line a request; what nobody could mean is refused with what there is. */
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { takeOrders } from './orders.ts';

const given = async (text: string): Promise<{ readonly asked: readonly string[]; readonly refused: readonly string[] }> => {
  const [asked, refused]: [string[], string[]] = [[], []];
  const input = new PassThrough();
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        yield* takeOrders(input, { request: (request) => asked.push(request) }, (sentence) => refused.push(sentence));
        input.end(text);
        for (let i = 0; i < 100 && asked.length + refused.length === 0; i++) yield* Effect.promise(() => sleep(5));
      }),
    ),
  );
  return { asked, refused };
};

test('orders', async () => {
  const orders = [
    'clear crypto sa',
    'clear crypto sa peer 198.51.100.1',
    'clear crypto isakmp 1001',
    'connect 198.51.100.1',
    'ping 10.2.0.1',
    'pause',
  ];
  expect(await given(`${orders.join('\r\n')}\n\n`)).toEqual({ asked: orders, refused: [] });
});

test.each([
  'clear crypto',
  'clear crypto sa peer nobody',
  'clear crypto isakmp 12345678',
  'leave',
  'stand at 192.0.2.1 port 500 nat-port 4500',
  'connect',
])('not %s', async (line) => {
  const { asked, refused } = await given(`${line}\n`);
  expect(asked).toEqual([]);
  expect(refused).toEqual([expect.stringContaining('clear crypto isakmp 1001')]);
});
