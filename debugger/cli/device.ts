/** Whose words `show` and `debug` speak in: a side, and its configuration where the log holds one. */
import { Flag } from 'effect/cli';
import { policyOfSide, type Replay, readConfiguration } from '../../engine/index.ts';

export const side = Flag.Literals('side', ['responder', 'initiator'] as const).pipe(
  Flag.withDescription('Which of the two speaks, by its role in phase 1'),
  Flag.withMetavar('responder|initiator'),
  Flag.withDefault('responder' as const),
);

/** The side as a speaker. Configurations stand in the log as texts. */
export const speakerOf = (replay: Replay, speaks: 'responder' | 'initiator') => {
  const { given, happened } = replay.log;
  const texts = [...given, ...happened].flatMap((e) => (e.kind === 'PolicyConfigured' && e.syntax === 'ios' ? [e.text] : []));
  const policies = texts.map((text) => readConfiguration(text).policy);
  return { side: speaks, policy: policyOfSide(policies, replay, speaks) };
};
