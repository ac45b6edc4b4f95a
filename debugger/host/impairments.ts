/** Impairments as people write them, JSON: shares of each kind and a seed, or what happens to which datagram. Checked before anything is begun. */
import { Effect, Schema } from 'effect';
import { type Event, type Impairments, impairmentsText, noShares } from '../../engine/index.ts';
import type { LiveError } from './live-error.ts';
import { wrong } from './live-typed.ts';

const may = <S extends Schema.Top>(schema: S) => Schema.optionalKey(schema);
const Share = Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 1 }));
export const Whole = Schema.Number.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 1_000_000 }));

export const SharesForm = Schema.Struct({
  loss: may(Share),
  duplication: may(Share),
  reordering: may(Share),
  delay: may(Share),
  corruption: may(Share),
  rebinding: may(Share),
  wrongHash: may(Share),
  missingPayload: may(Share),
  wrongLength: may(Share),
});

export const TroubleForm = Schema.Union([
  Schema.Struct({ kind: Schema.Literals(['lost', 'wrong-hash']) }),
  Schema.Struct({ kind: Schema.Literals(['repeated', 'delayed']), milliseconds: Whole }),
  Schema.Struct({
    kind: Schema.Literal('corrupted'),
    octet: Whole,
    bit: Schema.Number.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 7 })),
  }),
  Schema.Struct({ kind: Schema.Literal('rebound'), port: Whole }),
  Schema.Struct({ kind: Schema.Literal('missing-payload'), payload: Whole }),
  Schema.Struct({ kind: Schema.Literal('wrong-length'), payload: Whole, by: Whole }),
]);

const ImpairmentsForm = Schema.Struct({
  seed: may(Schema.String),
  shares: may(SharesForm),
  written: may(Schema.NullOr(Schema.Array(Schema.Struct({ number: Whole, trouble: TroubleForm })))),
});

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(ImpairmentsForm));
/** `null`: the events hold none. */
export const impairmentsIn = (given: readonly Event[]): Effect.Effect<Impairments | null, LiveError> => {
  const text = impairmentsText(given);
  return text === null ? Effect.succeed(null) : readImpairments(text);
};

export const readImpairments = (text: string): Effect.Effect<Impairments, LiveError> =>
  decode(text, { onExcessProperty: 'error' }).pipe(
    Effect.map(({ seed, shares, written }) => ({ seed: seed ?? '', shares: { ...noShares, ...shares }, written: written ?? null })),
    Effect.mapError((e) =>
      wrong(`The impairments are not of the form they should have: ${e.message.trim().replace(/\s*\n\s*/g, ', ')}.`, 'Mend that place.'),
    ),
  );
