/** Proposal and Transform payloads, RFC 2408 3.5 and 3.6: chains of their own inside a Security Association payload. */
import {
  bytesBy,
  type Field,
  filledLater,
  issue,
  readField,
  reserved,
  shown,
  sizeOf,
  spanFrom,
  struct,
  total,
  u8,
  u16,
  type ValueOf,
} from '../bytes/field.ts';
import { phaseOneAttributes, phaseTwoAttributes } from '../registry/attribute.ts';
import { payloadTypesV1 } from '../registry/payload-type.ts';
import { protocolIds } from '../registry/protocol-id.ts';
import { named, nameOf } from '../registry/registry.ts';
import { transformIds } from '../registry/transform.ts';
import { attributes } from './attribute.ts';

const isakmp = 1;

/** `next` is 0 at the last of a chain, else the chain's own type; the chain puts it right when writing. */
const next = filledLater(shown('Next payload', u8, (n) => named(payloadTypesV1, n)));
const length = total(shown('Length', u16));

const transformLayout = struct({
  next,
  reserved: reserved(1),
  length,
  number: shown('Transform number', u8),
  id: shown('Transform ID', u8, (n, sofar) => named(transformIds(Number(sofar['protocolId'])), n)),
  reserved2: reserved(2),
  attributes: attributes((sofar) => (sofar['protocolId'] === isakmp ? phaseOneAttributes : phaseTwoAttributes)),
});
export type Transform = ValueOf<typeof transformLayout>;

const transform = shown(
  (t) => `Transform ${t.number}`,
  transformLayout,
  (t, sofar) => nameOf(transformIds(Number(sofar['protocolId'])), t.id),
  'RFC 2408 3.6',
);

/** Substructures that announce each other: the first octet of each is `type` while more follow, 0 at the last. */
const chain = <T>(type: number, item: Field<T>): Field<readonly T[]> => ({
  inline: true,
  read(r, sofar) {
    const items: T[] = [];
    while (r.at < r.end && !r.failed) {
      const start = r.at;
      const announced = r.bytes[start] ?? 0;
      const value = readField(r, 'Item', item, sofar);
      if (r.failed) break;
      items.push(value);
      if (announced === 0) break;
      const problem = announced !== type ? `not ${named(payloadTypesV1, type)}` : r.at >= r.end ? 'and none is left' : undefined;
      if (problem === undefined) continue;
      issue(r, 'malformed', 'chain-broken', `${named(payloadTypesV1, announced)} is announced, ${problem}`, spanFrom(r, start));
      break;
    }
    return items;
  },
  write(out, items) {
    items.forEach((value, i) => {
      const at = out.length;
      item.write(out, value);
      out[at] = i === items.length - 1 ? 0 : type;
    });
  },
});

const proposalLayout = struct({
  next,
  reserved: reserved(1),
  length,
  number: shown('Proposal number', u8),
  protocolId: shown('Protocol ID', u8, (n) => named(protocolIds, n)),
  spiSize: sizeOf('spi', shown('SPI size', u8)),
  transformCount: sizeOf('transforms', shown('Number of transforms', u8)),
  spi: shown('SPI', bytesBy('spiSize')),
  transforms: chain(3, transform),
});
export type Proposal = ValueOf<typeof proposalLayout>;

const proposal = shown(
  (p) => `Proposal ${p.number}`,
  proposalLayout,
  (p) => `${nameOf(protocolIds, p.protocolId) ?? `protocol ${p.protocolId}`}, ${counted(p.transforms.length, 'transform')}`,
  'RFC 2408 3.5',
);

/** Up to the end of the Security Association payload. Equal numbers stand together (AND), different ones are a choice (OR). */
export const proposals: Field<readonly Proposal[]> = chain(2, proposal);

export const counted = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
