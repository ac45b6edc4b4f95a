/** Impairments as people write them, JSON: shares of each kind and a seed, or what happens to which datagram. Checked before anything is begun. */
import { Effect, Schema } from 'effect';
import { type Event, type Impairments, noShares } from '../../engine/index.ts';
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
const syntax = 'impairments';

/** `undefined`: the events hold none. */
export const impairmentsIn = (given: readonly Event[]) => {
  const configured = given.find((e) => e.kind === 'PolicyConfigured' && e.syntax === syntax);
  return configured?.kind === 'PolicyConfigured' ? readImpairments(configured.text) : Effect.succeed(null);
};

export const readImpairments = (text: string) =>
  decode(text).pipe(
    Effect.map(
      ({ seed, shares, written }): Impairments => ({ seed: seed ?? '', shares: { ...noShares, ...shares }, written: written ?? null }),
    ),
    Effect.mapError((e) =>
      wrong(`The impairments are not of the form they should have: ${e.message.trim().replace(/\s*\n\s*/g, ', ')}.`, 'Mend that place.'),
    ),
  );

/** As an event that is given for a whole log. */
export const impairmentsGiven = (text: string): Event => ({
  kind: 'PolicyConfigured',
  at: null,
  origin: { input: 0, number: 0 },
  syntax,
  text,
});
