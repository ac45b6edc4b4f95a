// Dead peer detection as a recording has it: answered while the peer lives, then asked four times with one number. RFC 3706 5.3.
import { expect, test } from 'vitest';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { fold, negotiationIn, until } from '../../../test/support/what-if.ts';

const log = loadTrace(`${tracesFolder}/dpd`);
const at = (event: number) => negotiationIn(fold(until(log, event)).final).dpd;

test('a query is outstanding until its answer comes', () => {
  const [asked, answered] = [at(18), at(19)];
  const asker = asked.initiator ? 'initiator' : 'responder';
  expect(asked[asker]).toMatchObject({ outstanding: 1, answered: null });
  expect(answered[asker]).toMatchObject({ outstanding: 0, answered: { number: asked[asker]?.asked?.number, event: 19 } });
});

test('a query that is sent again in other octets has the same number, and is counted', () => {
  const dead = at(35);
  const asker = dead.initiator?.outstanding ? 'initiator' : 'responder';
  expect(dead[asker]).toMatchObject({ asked: { event: 28 }, outstanding: 4 });
});
