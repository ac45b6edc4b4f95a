/** A scenario for `ikewind simulate` as people write it, JSON: ends with their configurations, what they are asked, and how bad the network may be. */
import { Effect, Schema } from 'effect';
import {
  connectRequest,
  type Decision,
  type Event,
  ipAddress,
  noShares,
  type Scenario,
  type SimulatedEnd,
  scenarios,
} from '../../engine/index.ts';
import { readGiven } from './files.ts';
import { SharesForm, TroubleForm, Whole } from './impairments.ts';
import type { LiveError } from './live-error.ts';
import { givenBy, planOf, standRequest } from './live-plan.ts';
import { wrong } from './live-typed.ts';

const may = <S extends Schema.Top>(schema: S) => Schema.optionalKey(schema);
const Seconds = Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }));

const ScenarioForm = Schema.Struct({
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
      /** IOS text, or the typed form of docs/taking-part.md as an object. */
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
type Form = typeof ScenarioForm.Type;

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(ScenarioForm));
const DecisionsForm = Schema.Array(
  Schema.Union([
    Schema.Struct({ what: Schema.Literal('trouble'), end: Schema.String, number: Whole, trouble: TroubleForm }),
    Schema.Struct({ what: Schema.Literal('crash'), end: Schema.String, event: Whole }),
  ]),
);

/** What an earlier run wrote down. */
export const decisionsIn = (bytes: Uint8Array): Effect.Effect<readonly Decision[], LiveError> =>
  Effect.mapError(Schema.decodeUnknownEffect(Schema.fromJsonString(DecisionsForm))(new TextDecoder().decode(bytes)), () =>
    wrong('This is no list of decisions.', 'Name the decisions.json that simulate -o wrote.'),
  );

const usually = { calmAfter: 60, within: 15, port: 500, natPort: 4500 };

/** One of those that come along, by its name, or a file. */
export const readScenario = (name: string) =>
  Effect.gen(function* () {
    const known = scenarios.find((s) => s.name === name);
    if (known) return known;
    const { bytes } = yield* readGiven(name);
    return yield* scenarioIn(name, new TextDecoder().decode(bytes));
  });

export const scenarioIn = (name: string, text: string): Effect.Effect<Scenario, LiveError> =>
  Effect.gen(function* () {
    const form = yield* Effect.mapError(decode(text, { onExcessProperty: 'error' }), (e) =>
      wrong(`The scenario is not of the form it should have: ${e.message.trim().replace(/\s*\n\s*/g, ', ')}.`, 'Mend that place.'),
    );
    const ends = yield* Effect.forEach(form.ends, (_, i) => endOf(form, i));
    const named = new Map(ends.map((end) => [end.name, end]));
    if (named.size !== ends.length) return yield* wrong('Two ends have one name.', 'Give each its own.');
    for (const [i, { from, to }] of form.wants.entries()) {
      if (!named.has(from) || !named.has(to)) return yield* wrong(`wants[${i}] names an end that is not there.`, 'Write names of ends.');
    }
    for (const [i, { end }] of (form.acts ?? []).entries()) {
      if (!named.has(end)) return yield* wrong(`acts[${i}].end names an end that is not there.`, 'Write the name of an end.');
    }
    return {
      name,
      about: form.about ?? '',
      ends,
      acts: [
        ...ends.map(({ name: end, plan }) => ({ at: 0, end, request: standRequest(plan) })),
        ...(form.acts ?? form.wants.map(({ from, to }) => ({ at: 0, end: from, request: connectTo(named.get(to)) }))),
      ],
      wants: form.wants,
      shares: { ...noShares, ...form.impairments },
      crashes: form.crashes ?? 0,
      calmAfter: form.calmAfter ?? usually.calmAfter,
      within: form.within ?? usually.within,
    };
  });

const connectTo = (end: SimulatedEnd | undefined): string => (end ? connectRequest(end.behind ?? end.plan.local) : '');

const endOf = (form: Form, i: number): Effect.Effect<SimulatedEnd, LiveError> =>
  Effect.gen(function* () {
    const { name, address, port, natPort, behind, preSharedKey, config } = form.ends[i] ?? (yield* wrong('There is no end.', 'Write two.'));
    const local = ipAddress(address);
    const nat = behind === undefined ? null : ipAddress(behind);
    if (!local || nat === undefined) return yield* wrong(`ends[${i}] has an address that is none.`, 'Write one, for example 192.0.2.1.');
    const configured = givenBy(typeof config === 'string' ? config : JSON.stringify(config));
    const refs = configured.filter((e) => e.kind === 'SecretLearned').length;
    const key: Event[] =
      preSharedKey === undefined
        ? []
        : [
            {
              kind: 'SecretLearned',
              at: null,
              origin: { input: 0, number: 0 },
              about: { what: 'preSharedKey' },
              ref: refs,
              value: new TextEncoder().encode(preSharedKey),
            },
          ];
    const stand = { local, port: port ?? usually.port, natPort: natPort ?? usually.natPort };
    const plan = yield* planOf(configured, stand);
    return { name, plan, given: [...configured, ...key], behind: nat };
  });
