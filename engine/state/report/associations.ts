/** IPsec SAs as a device's log tells them: what `create_sa`, `initialize_sas` or an ASA's syslog say lands in the table that packets lead to. */
import type { Report, ReportedAssociation } from '../../event/report.ts';
import { type IpAddress, ipAddress, noAddress } from '../../values/ip-address.ts';
import type { MessageId } from '../../values/message-id.ts';
import { messageId } from '../../values/message-id.ts';
import type { Context } from '../context.ts';
import { other, type Side } from '../fact.ts';
import { type Association, associationKey } from '../ipsec/association.ts';
import { installAssociations } from '../ipsec/install.ts';
import { get, set, values } from '../persistent-map.ts';
import type { Negotiation, State } from '../state.ts';
import { ipsecSuiteOf } from './names.ts';
import type { Reporting } from './remembered.ts';
import { keepReporting, reportingOf } from './reporting.ts';

/** The negotiation that a line belongs to, and the device's own side in it. */
interface About {
  readonly n: Negotiation;
  readonly own: Side;
}

/** `about`: `null` where none is known. */
export const foldAssociations = (ctx: Context, state: State, input: number, report: Report, about: About | null): State => {
  switch (report.says) {
    case 'proposal':
      // Only `initialize_sas` speaks of SAs that are made; the others of what is asked for or offered.
      return report.step === 'initialize_sas' ? keep(ctx, state, input, about, { ...report, mode: report.mode }, 'mature') : state;
    case 'associations':
      return report.associations.reduce((before, a) => keep(ctx, before, input, about, a, 'mature'), state);
    case 'association':
      return ofOne(ctx, state, input, report, about);
    default:
      return state;
  }
};

type Told = ReportedAssociation & { readonly mode?: string | undefined; readonly keySize?: number | undefined };

const ofOne = (ctx: Context, state: State, input: number, report: Extract<Report, { says: 'association' }>, about: About | null): State => {
  switch (report.doing) {
    case 'created':
      return keep(ctx, state, input, about, report, 'mature');
    case 'detail': {
      // One SA in several lines: direction and ends first, then SPI, then lifetimes.
      const reporting = reportingOf(state, input);
      const detail = { ...(report.direction === undefined ? reporting.detail : null), ...told(report) };
      const next = keepReporting(state, input, { ...reporting, detail });
      return detail.spi === undefined ? next : keep(ctx, next, input, about, detail, 'mature');
    }
    case 'deleted':
    case 'expired':
      return report.spi === undefined ? state : ended(state, report.spi, report.doing === 'deleted' ? 'dead' : 'dying');
    default:
      return state;
  }
};

/** The members of an SA, of a report that has others too. */
const told = ({
  direction,
  protocol,
  spi,
  src,
  dst,
  srcProxy,
  dstProxy,
  transform,
  lifetimeSeconds,
  lifetimeKilobytes,
}: ReportedAssociation) =>
  Object.fromEntries(
    Object.entries({ direction, protocol, spi, src, dst, srcProxy, dstProxy, transform, lifetimeSeconds, lifetimeKilobytes }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as ReportedAssociation;

const ended = (state: State, spi: number, to: 'dead' | 'dying'): State => {
  let { associations } = state;
  for (const a of values(associations)) {
    if (a.spi === spi && a.reported && a.state !== 'dead') {
      associations = set(associations, associationKey(a.protocol, a.dst, a.spi), { ...a, state: to, last: state.index });
    }
  }
  return associations === state.associations ? state : { ...state, associations };
};

const addressOf = (text: string | undefined): IpAddress | undefined => (text === undefined ? undefined : ipAddress(text));

/** The two ends: as told, else from the direction and the ends of the negotiation. */
const endsOf = (reporting: Reporting, about: About | null, a: Told): { src: IpAddress; dst: IpAddress } | null => {
  const near = about ? about.n[about.own].address : reporting.local;
  const far = about ? about.n[other(about.own)].address : reporting.peer;
  const [from, to] = a.direction === 'inbound' ? [far, near] : a.direction === 'outbound' ? [near, far] : [noAddress, noAddress];
  const dst = addressOf(a.dst) ?? to;
  const src = addressOf(a.src) ?? (a.direction === undefined ? (dst === near ? far : dst === far ? near : from) : from);
  return dst === noAddress ? null : { src, dst };
};

/** The exchange that is running: SAs are told of between its first and its last line. */
const exchangeOf = (n: Negotiation | null): { readonly id: MessageId; readonly pfsGroup: number | null } | null => {
  const quick = n ? values(n.exchanges).filter((e) => e.kind === 'quick') : [];
  const last = quick.toSorted((a, b) => a.last - b.last).at(-1);
  return last?.kind === 'quick' ? { id: messageId(last.messageId), pfsGroup: last.pfsGroup } : null;
};

/** Where packets have told of it, what they told stands: only what is not known is filled in. */
const keep = (ctx: Context, state: State, input: number, about: About | null, a: Told, to: Association['state']): State => {
  const n = about?.n ?? null;
  const reporting = reportingOf(state, input);
  const protocol = a.protocol === 'ah' ? 'ah' : 'esp';
  const ends = endsOf(reporting, about, a);
  if (a.spi === undefined || !ends || a.protocol === 'ipcomp') return state;
  const key = associationKey(protocol, ends.dst, a.spi);
  const before = get(state.associations, key);
  const exchange = exchangeOf(n);
  const own = about?.own ?? 'responder';
  const isOutbound = a.direction === 'outbound' || (n !== null && ends.src === n[own].address && ends.src !== noAddress);
  const side: Side = isOutbound ? own : other(own);
  const associations = before?.negotiation
    ? state.associations
    : installAssociations(
        ctx,
        state.associations,
        [
          {
            negotiation: n?.id ?? '',
            exchange: exchange?.id ?? null,
            bundle: `${n?.id ?? ''} ${exchange?.id ?? state.index}`,
            protocol,
            spi: a.spi,
            side,
            ...ends,
            mode: null,
            udpEncap: null,
            suite: { transform: 0, keyBits: null, authentication: null, esn: false },
            selectors: { src: [], dst: [] },
            pfsGroup: exchange?.pfsGroup ?? null,
            lifetimeSeconds: null,
            lifetimeKilobytes: null,
            keymat: null,
            encryptionKeyOctets: 0,
          },
        ],
        state.index,
        state.now,
      );
  const made = get(associations, key);
  if (!made) return state;
  // Known from packets, with a negotiation of theirs.
  if (before?.negotiation && !before.reported) return state;
  const first = before?.negotiation ? made : { ...made, suite: null, negotiation: n?.id ?? null, side: n ? side : null };
  const suite = ipsecSuiteOf(a.transform, protocol, a.keySize) ?? first.suite;
  const mode = a.mode === undefined ? first.mode : /^Transport/i.test(a.mode) ? 'transport' : 'tunnel';
  const next: Association = {
    ...first,
    src: first.src === noAddress ? ends.src : first.src,
    suite,
    mode,
    udpEncap: a.mode === undefined ? first.udpEncap : /UDP/i.test(a.mode),
    selectors: {
      src: a.srcProxy !== undefined && fuller(a.srcProxy, first.selectors.src) ? [a.srcProxy] : first.selectors.src,
      dst: a.dstProxy !== undefined && fuller(a.dstProxy, first.selectors.dst) ? [a.dstProxy] : first.selectors.dst,
    },
    lifetimeSeconds: a.lifetimeSeconds || first.lifetimeSeconds,
    lifetimeKilobytes: a.lifetimeKilobytes || first.lifetimeKilobytes,
    state: to,
    last: state.index,
    reported: first.reported ?? ['negotiation', 'exchange', 'mode', 'suite', 'selectors', 'lifetimeSeconds', 'lifetimeKilobytes', 'state'],
  };
  return { ...state, associations: set(associations, key, next) };
};

/** Some lines name a network alone, others its mask too: what says more stands. */
const fuller = (text: string, before: readonly string[]): boolean => text.length > (before[0]?.length ?? 0);
