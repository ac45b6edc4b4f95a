/** The form that the text of a scenario has: docs/simulate.md. */
import { Schema } from 'effect';
import { SharesForm } from './impairments.ts';
import type { Typed } from './live-typed.ts';

const may = <S extends Schema.Top>(schema: S) => Schema.optionalKey(schema);
const Seconds = Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }));

export const ScenarioForm = Schema.Struct({
  about: may(Schema.String),
  ends: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      address: Schema.String,
      port: may(Schema.Number),
      natPort: may(Schema.Number),
      /** Address of the NAT before it. */
      behind: may(Schema.String),
      preSharedKey: may(Schema.String),
      /** PEM. */
      privateKey: may(Schema.String),
      /** Of users, by name: XAUTH. */
      passwords: may(Schema.Record(Schema.String, Schema.String)),
      /** IOS text, or the typed form of docs/configuration.md as an object. */
      config: Schema.Unknown,
    }),
  ),
  acts: may(Schema.Array(Schema.Struct({ at: Seconds, end: Schema.String, request: Schema.String }))),
  wants: Schema.Array(Schema.Struct({ from: Schema.String, to: Schema.String })),
  impairments: may(SharesForm),
  crashes: may(Schema.Number.check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 100 }))),
  calmAfter: may(Seconds),
  within: may(Seconds),
});

export type ScenarioText = typeof ScenarioForm.Type;
export type TypedText = Typed;
