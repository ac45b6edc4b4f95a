/** A scenario for `ikewind simulate` as people write it, JSON: ends with their configurations, what they are asked, and how bad the network may be. */
import { Effect, Schema } from 'effect';
import {
  connectRequest,
  type Decision,
  type Event,
  ipAddress,
  noShares,
  type Scenario,
  type SecretAbout,
  type SimulatedEnd,
} from '../../engine/index.ts';
import { readGiven } from './files.ts';
import { TroubleForm, Whole } from './impairments.ts';
import type { LiveError } from './live-error.ts';
import { givenBy, planOf, standRequest } from './live-plan.ts';
import { wrong } from './live-typed.ts';
import { LoadError } from './load-error.ts';
import { ScenarioForm, type ScenarioText } from './scenario-form.ts';
import { bundledNames, bundledText } from './scenarios.ts';

type Form = ScenarioText;

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
    const text = bundledText(name) ?? new TextDecoder().decode((yield* Effect.mapError(readGiven(name), orBundled)).bytes);
    return yield* scenarioIn(name, text);
  });

/** Whoever mistypes a name wants to know the names. */
const orBundled = (fault: LoadError): LoadError =>
  fault.reason !== 'not-found'
    ? fault
    : new LoadError({ ...fault, message: fault.message, cure: `Check it, or take one that comes along: ${bundledNames.join(', ')}.` });

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
    const given = form.ends[i] ?? (yield* wrong('There is no end.', 'Write two.'));
    const { name, address, port, natPort, behind, config } = given;
    const local = ipAddress(address);
    const nat = behind === undefined ? null : ipAddress(behind);
    if (!local || nat === undefined) return yield* wrong(`ends[${i}] has an address that is none.`, 'Write one, for example 192.0.2.1.');
    const configured = givenBy(typeof config === 'string' ? config : JSON.stringify(config));
    const refs = configured.filter((e) => e.kind === 'SecretLearned').length;
    const secrets = secretsOf(given).map(
      ([about, text], k): Event => ({
        kind: 'SecretLearned',
        at: null,
        origin: { input: 0, number: 0 },
        about,
        ref: refs + k,
        value: new TextEncoder().encode(text),
      }),
    );
    const stand = { local, port: port ?? usually.port, natPort: natPort ?? usually.natPort };
    const plan = yield* planOf(configured, stand);
    return { name, plan, given: [...configured, ...secrets], behind: nat };
  });

const secretsOf = ({ preSharedKey, privateKey, passwords }: Form['ends'][number]): readonly (readonly [SecretAbout, string])[] => [
  ...(preSharedKey === undefined ? [] : [[{ what: 'preSharedKey' }, preSharedKey] as const]),
  ...(privateKey === undefined ? [] : [[{ what: 'signaturePrivateKey' }, privateKey] as const]),
  ...Object.entries(passwords ?? {}).map(([user, text]) => [{ what: 'xauthPassword', user }, text] as const),
];
