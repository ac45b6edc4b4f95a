/** Whose words `show` and `debug` speak in: a side, and its configuration where the log holds one. */
import { Flag } from 'effect/cli';
import { policyOfSide, type Replay } from '../../engine/index.ts';
import { policiesIn } from '../host/device.ts';

export const side = Flag.Literals('side', ['responder', 'initiator'] as const).pipe(
  Flag.withDescription('Which of the two speaks, by its role in phase 1'),
  Flag.withMetavar('responder|initiator'),
  Flag.withDefault('responder' as const),
);

/** The side as a speaker. */
export const speakerOf = (replay: Replay, speaks: 'responder' | 'initiator') => ({
  side: speaks,
  policy: policyOfSide(policiesIn(replay.log), replay, speaks),
});
