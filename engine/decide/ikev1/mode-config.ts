/** Mode config, draft-dukes-ike-mode-cfg-02, with attributes of Cisco Unity: a client asks for an inner address, a gateway gives one to each negotiation. */
import { other, type Side } from '../../state/fact.ts';
import { get, values } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import { addressBytes, type IpAddress, ipv4 } from '../../values/ip-address.ts';
import type { Attribute } from '../../wire/attribute.ts';
import { type Configuring, type Plan, tunnelsFor } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { type Attributes, addressGiven, transactionsOf } from '../transactions.ts';
import { attribute, begun, empty, long, type Opening, type Speech, say, short, text } from './words.ts';
import { userOf } from './xauth.ts';

const questionName = 'config question';
const none = new Uint8Array(0);

const wanted: readonly number[] = [attribute.netmask, attribute.dns, attribute.banner, attribute.splitInclude];

/** As client the question for an inner address; as a gateway that does not wait for it the answer. */
export const openConfiguration = (t: Taking, plan: Plan, n: Negotiation, side: Side): Opening | null => {
  const { configuring } = plan;
  if (configuring === null || begun(t, n, questionName) || innerAddress(t, plan, n) !== null) return null;
  return configuring.role === 'client' ? question(t, plan, n, side) : pushed(t, plan, n, side, configuring);
};

const pushed = (t: Taking, plan: Plan, n: Negotiation, side: Side, server: Server): Opening | null => {
  if (!server.push) return null;
  const attributes = [attribute.address, ...wanted].flatMap((type) => given(t, plan, n, side, server, empty(type)));
  return { do: 'say', name: questionName, type: say.set, attributes, why: 'mode config: what the client is to use, unasked' };
};

/** If there is an address from an ISAKMP SA before this, for the same. */
const question = (t: Taking, plan: Plan, n: Negotiation, side: Side): Opening => {
  const held = heldWith(t, plan, n[other(side)].address);
  return {
    do: 'say',
    name: questionName,
    type: say.request,
    attributes: [held === null ? empty(attribute.address) : long(attribute.address, octetsOf(held)), ...wanted.map(empty)],
    why: 'mode config: which address have we inside?',
  };
};

const heldWith = (t: Taking, plan: Plan, peer: IpAddress): IpAddress | null =>
  (get(t.withPeer, peer) ?? []).reduce<IpAddress | null>((found, id) => {
    const n = get(t.state.negotiations, id);
    return (n && innerAddress(t, plan, n)) ?? found;
  }, null);

/** An answer to the question of a client, thanks to a gateway that gives unasked. */
export const answerConfiguration = (t: Taking, plan: Plan, n: Negotiation, side: Side, body: Attributes): Speech | null => {
  const { configuring } = plan;
  if (body.type === say.request && configuring?.role === 'server') {
    const attributes = body.attributes.flatMap((asked) => given(t, plan, n, side, configuring, asked));
    return { do: 'say', type: say.reply, attributes, why: 'mode config: what the client is to use' };
  }
  if (body.type === say.set && configuring?.role === 'client') {
    const attributes = body.attributes.map(({ type }) => empty(type));
    return { do: 'say', type: say.acknowledge, attributes, why: 'mode config: taken' };
  }
  return null;
};

/** The address of the client inside the tunnel, as it was given; `null` where none is to be given, or none was yet. */
export const innerAddress = (t: Taking, plan: Plan, n: Negotiation): IpAddress | null => {
  if (plan.configuring === null) return null;
  const giver = plan.configuring.role === 'server' ? 'said' : 'heard';
  return transactionsOf(t.transactions, n.id).reduce<IpAddress | null>((found, x) => {
    const word = x[giver];
    return (word && addressGiven(word.body)) ?? found;
  }, null);
};

/** What the gateway said to the client's question and what has no address: the client cannot go on. */
export const isUnconfigured = (t: Taking, plan: Plan, n: Negotiation): boolean =>
  plan.configuring?.role === 'client' && begun(t, n, questionName)?.heard != null && innerAddress(t, plan, n) === null;

type Server = Extract<Configuring, { role: 'server' }>;

const octetsOf = (address: string): Uint8Array => addressBytes(address) ?? none;

/** Values for one attribute that was asked for; none where we have none. */
const given = (t: Taking, plan: Plan, n: Negotiation, side: Side, server: Server, { type, value }: Attribute): readonly Attribute[] => {
  switch (type) {
    case attribute.address: {
      const address = freeAddress(t, plan, n, side, server, value.length === 4 ? ipv4(value, 0) : null);
      return address === null ? [] : [long(type, octetsOf(address))];
    }
    case attribute.netmask:
      return server.netmask === null ? [] : [long(type, octetsOf(server.netmask))];
    case attribute.dns:
      return server.dns.map((address) => long(type, octetsOf(address)));
    case attribute.version:
      return [text(type, 'ikewind')];
    case attribute.banner:
      return server.banner === null ? [] : [text(type, server.banner)];
    case attribute.pfs:
      return [short(type, tunnelsFor(plan, n[other(side)].address).some((tunnel) => tunnel.pfsGroup !== null) ? 1 : 0)];
    case attribute.splitInclude:
      return server.split.length === 0 ? [] : [long(type, Uint8Array.from(server.split.flatMap(splitOctets)))];
    default:
      return [];
  }
};

/** Address, mask, and three numbers of protocol and ports that nobody fills in. */
const splitOctets = ({ address, mask }: Server['split'][number]): number[] => [...octetsOf(address), ...octetsOf(mask), 0, 0, 0, 0, 0, 0];

/** The address that a negotiation has already, else the one it asks for if that may be, else the first that is free. */
const freeAddress = (t: Taking, plan: Plan, n: Negotiation, side: Side, server: Server, asked: IpAddress | null): IpAddress | null => {
  const may = (address: IpAddress): boolean => mayHave(t, n, side, get(t.leases, address));
  const preferred = [innerAddress(t, plan, n), asked].find(
    (address) => address !== null && server.addresses.includes(address) && may(address),
  );
  return preferred ?? server.addresses.find(may) ?? null;
};

/** An address is free again when nothing can go to its holder any more; and it goes from one ISAKMP SA of a user to the next. */
const mayHave = (t: Taking, n: Negotiation, side: Side, holder: string | undefined): boolean => {
  if (holder === undefined || holder === n.id) return true;
  const before = get(t.state.negotiations, holder);
  if (!before) return true;
  const user = userOf(t, n);
  const own = n[side].address;
  const isSame = before[side].address === own && before[other(side)].address === n[other(side)].address;
  if (isSame && user !== null && user === userOf(t, before)) return true;
  return (
    before.ended !== null && !values(t.state.associations).some((a) => a.negotiation === holder && a.src === own && a.state !== 'dead')
  );
};
