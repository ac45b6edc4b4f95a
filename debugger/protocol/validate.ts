/**
 * What comes in over a port or a socket, checked before it is acted on: any value gives a question or a sentence, never an exception.
 * A checked question is built anew, so that nothing unknown rides along.
 */
import { type Ask, type AskName, limits, type Question, type Reveal, type Telling } from './protocol.ts';

/** One member per question, so that a switch on `name` knows the type of `ask`. */
export type AnyQuestion = { readonly [N in AskName]: Question<N> }[AskName];

export type Checked =
  | { readonly ok: true; readonly question: AnyQuestion }
  /** `id` is there where the number of the question could be read, so that it can be refused by number. */
  | { readonly ok: false; readonly id: number | null; readonly message: string };

export const checkQuestion = (value: unknown): Checked => {
  const bad = (id: number | null, message: string): Checked => ({ ok: false, id, message });
  if (!isRecord(value)) return bad(null, 'A question is an object.');
  const { id, name, ask } = value;
  if (!isIndex(id)) return bad(null, 'A question has a number.');
  if (typeof name !== 'string' || !Object.hasOwn(readers, name)) return bad(id, 'There is no question of that name.');
  if (!isRecord(ask)) return bad(id, `What "${name}" asks is an object.`);
  const read = readers[name as AskName](ask);
  return read
    ? { ok: true, question: { id, name, ask: read } as AnyQuestion }
    : bad(id, `"${name}" was asked with a value that does not fit.`);
};

/** Checks the frame of a telling; the models inside come from our own engine and are taken as they are. */
export const checkTelling = (value: unknown): Telling | undefined => {
  if (!isRecord(value)) return undefined;
  const texts = (...names: readonly string[]): boolean => names.every((n) => typeof value[n] === 'string');
  const numbers = (...names: readonly string[]): boolean => names.every((n) => isIndex(value[n]));
  const fits = ((): boolean => {
    switch (value['tell']) {
      case 'answer':
        return numbers('id') && 'answer' in value;
      case 'refused':
        return numbers('id') && texts('message');
      case 'progress':
        return texts('what') && numbers('done', 'total', 'negotiations');
      case 'opened':
        return isRecord(value['overview']) && (value['at'] === null || isIndex(value['at']));
      case 'failed':
        return texts('title', 'message', 'cure');
      case 'stopped':
        return texts('message') && typeof value['restarting'] === 'boolean';
      case 'closed':
        return true;
      case 'live':
        return (
          value['live'] === null || (isRecord(value['live']) && isRecord(value['live']['engine']) && Array.isArray(value['live']['forks']))
        );
      case 'command':
        return texts('command');
      default:
        return false;
    }
  })();
  return fits ? (value as unknown as Telling) : undefined;
};

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v);
const isIndex = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;
const isText = (v: unknown, most: number): v is string => typeof v === 'string' && v.length <= most;
const isNegotiation = (v: unknown): v is string => isText(v, limits.name);

const areRuns = (v: unknown): v is readonly number[] => Array.isArray(v) && v.length <= limits.unfolded && v.every(isIndex);
/** The name of something in a model; `null` where the host shall choose. */
const isKey = (v: unknown): v is string | null => v === null || isText(v, limits.name);
const isPlaceInTime = (v: unknown): v is number | null => v === null || (typeof v === 'number' && Number.isFinite(v));

const areRequests = (v: unknown): v is readonly string[] =>
  Array.isArray(v) && v.length <= limits.requests && v.every((one) => isText(one, limits.request));

// By tag: `instanceof` fails for octets of another realm.
const isOctets = (v: unknown): v is Uint8Array => Object.prototype.toString.call(v) === '[object Uint8Array]';

const nothing = (): Record<string, never> => ({});

const reveal = (v: unknown): Reveal | undefined => {
  if (v === 'all') return v;
  if (!Array.isArray(v) || v.length > limits.reveal) return undefined;
  return v.every((id) => isText(id, limits.name)) ? [...v] : undefined;
};

const readers: { readonly [N in AskName]: (ask: Fields) => Ask<N> | undefined } = {
  hello: nothing,
  cancel: nothing,
  close: nothing,
  open: ({ files, add }) => {
    if (!Array.isArray(files) || files.length === 0 || files.length > limits.files || typeof add !== 'boolean') return undefined;
    const given = files.flatMap((f: unknown) =>
      isRecord(f) && isText(f['name'], limits.name) && isOctets(f['bytes']) ? [{ name: f['name'], bytes: plain(f['bytes']) }] : [],
    );
    return given.length === files.length ? { files: given, add } : undefined;
  },
  openBundled: ({ id }) => (isText(id, limits.name) ? { id } : undefined),
  givePsk: ({ psk, negotiation, side }) => {
    if (!isText(psk, limits.psk) || psk === '') return undefined;
    if (negotiation !== null && !isNegotiation(negotiation)) return undefined;
    if (side !== null && side !== 'initiator' && side !== 'responder') return undefined;
    return { psk, negotiation, side };
  },
  giveDhSecret: ({ hex, negotiation }) => (isText(hex, limits.psk) && isNegotiation(negotiation) ? { hex, negotiation } : undefined),
  ladder: ({ from, to, unfolded }) =>
    isIndex(from) && isIndex(to) && from <= to && to - from <= limits.rows && areRuns(unfolded)
      ? { from, to, unfolded: [...unfolded] }
      : undefined,
  rowOf: ({ event, unfolded }) => (isIndex(event) && areRuns(unfolded) ? { event, unfolded: [...unfolded] } : undefined),
  moment: (ask) => {
    const shown = reveal(ask['reveal']);
    const { event, negotiation } = ask;
    if (!isIndex(event) || !shown || (negotiation !== null && !isNegotiation(negotiation))) return undefined;
    return { event, reveal: shown, negotiation };
  },
  espChart: ({ tunnel, event, columns, from, to }) => {
    if (!isKey(tunnel) || !isIndex(event) || !isIndex(columns) || columns < 1 || columns > limits.columns) return undefined;
    return isPlaceInTime(from) && isPlaceInTime(to) ? { tunnel, event, columns, from, to } : undefined;
  },
  espFilm: ({ sa, event, rows }) =>
    isKey(sa) && isIndex(event) && isIndex(rows) && rows >= 1 && rows <= limits.rows ? { sa, event, rows } : undefined,
  cases: nothing,
  case: ({ negotiation, finding }) => (isKey(negotiation) && isIndex(finding) ? { negotiation, finding } : undefined),
  policy: ({ negotiation }) => (isKey(negotiation) ? { negotiation } : undefined),
  logLines: ({ at, lines, side }) =>
    isIndex(at) && isIndex(lines) && lines <= limits.logLines && (side === 'initiator' || side === 'responder')
      ? { at, lines, side }
      : undefined,
  timing: nothing,
  certificates: nothing,
  find: ({ query }) => (isText(query, limits.query) ? { query } : undefined),
  attach: ({ address }) => (isText(address, limits.name) ? { address } : undefined),
  operate: ({ request }) => (isText(request, limits.request) ? { request } : undefined),
  pending: ({ round, reveal: asked }) => {
    const shown = reveal(asked);
    return isIndex(round) && shown ? { round, reveal: shown } : undefined;
  },
  fork: ({ event, future, requests, without, came }) => {
    if (!isIndex(event) || (future !== 'simulated' && future !== 'recorded') || typeof without !== 'boolean') return undefined;
    return areRequests(requests) && areRequests(came) ? { event, future, requests: [...requests], without, came: [...came] } : undefined;
  },
  compareFork: ({ fork }) => (isIndex(fork) ? { fork } : undefined),
  showLive: ({ fork }) => (fork === null || isIndex(fork) ? { fork } : undefined),
  save: ({ withSecrets }) => (typeof withSecrets === 'boolean' ? { withSecrets } : undefined),
};

// A Buffer is a Uint8Array with other methods; the engine is promised the plain kind.
const plain = (b: Uint8Array): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
