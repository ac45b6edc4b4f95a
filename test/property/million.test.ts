// A million mutated messages, lines of text and key files: none brings a reader down. By default some thousand; `IKEWIND_LONG=1` tries all.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TreeNode } from '../../engine/bytes/tree.ts';
import { readKeys } from '../../engine/ingest/keys.ts';
import { toEnd } from '../../engine/ingest/reading.ts';
import { readText } from '../../engine/ingest/text.ts';
import { readIke, readOpened } from '../../engine/wire/ike-message.ts';
import { noFragments } from '../../engine/wire/ip-reassembly.ts';
import { readPacket } from '../../engine/wire/packet.ts';
import { longSuites } from '../support/long.ts';
import { mutate, mutation } from '../support/mutate.ts';
import { frames, keyFiles, logLines, messages } from '../support/samples.ts';

const share = (all: number): number => (longSuites ? all : Math.round(all / 200));
/** Of the processor's time: a reader that needs so long for a few kilobytes would be a hang in the making. */
const longestMs = 500;
const patience = { timeout: longSuites ? 3_600_000 : 120_000 };

const damage = fc.array(mutation, { minLength: 1, maxLength: 8 });
const choose = <T>(from: readonly T[]): fc.Arbitrary<T> => fc.nat(from.length - 1).map((n) => from[n] as T);

/** Runs a reader over mutated inputs and says how long it took, the slowest in the processor's time. */
const endure = <T>(what: string, count: number, inputs: fc.Arbitrary<T>, read: (input: T) => void): void => {
  const begun = performance.now();
  let slowest = 0;
  fc.assert(
    fc.property(inputs, (input) => {
      const start = process.cpuUsage();
      read(input);
      slowest = Math.max(slowest, process.cpuUsage(start).user / 1000);
    }),
    { numRuns: count, endOnFailure: !longSuites },
  );
  expect(slowest).toBeLessThan(longestMs);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${count} ${what}: ${seconds} s, the slowest ${slowest.toFixed(1)} ms`);
};

/** Siblings tile their parent, and the topmost the buffer: else a view would leave octets out, or mark some that are not there. */
const checkTree = (nodes: readonly TreeNode[], from: number, to: number, empty = false): void => {
  let at = from;
  for (const { name, span, children } of nodes) {
    if (span.start !== at || span.end < at || (span.end === at && !empty))
      throw new Error(`${name} stands at ${span.start}-${span.end}, and ${at} is next`);
    if (children) checkTree(children, span.start, span.end, empty);
    at = span.end;
  }
  if (at !== to) throw new Error(`the nodes end at ${at}, and not at ${to}`);
};

describe('octets, lines and key files, mutated', () => {
  const { wire, opened } = messages();

  test('messages, with whole trees', patience, () => {
    endure('messages', share(250_000), fc.tuple(choose(wire), damage), ([message, mutations]) => {
      const bytes = mutate(message, mutations);
      const ike = readIke(bytes, 0, bytes.length, 'wire');
      if (ike) checkTree(ike.nodes, 0, bytes.length);
    });
  });

  test('what stood inside encrypted messages', patience, () => {
    endure('opened messages', share(150_000), fc.tuple(choose(opened), damage, fc.boolean()), ([{ first, bytes }, mutations, other]) => {
      const plain = mutate(bytes, mutations);
      const chain = readOpened(other ? (plain[0] ?? 0) : first, plain, 'decrypted', 1);
      checkTree(chain.nodes, 0, plain.length);
    });
  });

  test('frames of any link type', patience, () => {
    const linkType = fc.constantFrom(0, 1, 12, 101, 108, 113, 228, 229, 276);
    endure('frames', share(150_000), fc.tuple(choose(frames()), damage, fc.option(linkType)), ([frame, mutations, other]) => {
      const bytes = mutate(frame.bytes, mutations);
      const datagram = { form: 'frame', linkType: other ?? frame.linkType, bytes, wireLength: bytes.length } as const;
      // A packet may carry nothing: its payload has a place, and no octets.
      checkTree(readPacket(datagram, noFragments, true).packet.nodes, 0, bytes.length, true);
    });
  });

  test('lines of logs, five at a time', patience, () => {
    const lines = logLines().map((line) => new TextEncoder().encode(`${line}\n`));
    const some = fc.array(choose(lines), { minLength: 5, maxLength: 5 });
    endure('times five lines', share(60_000), fc.tuple(some, damage), ([chosen, mutations]) => {
      const text = mutate(Uint8Array.from(chosen.flatMap((line) => [...line])), mutations);
      const { events } = toEnd(readText(text, 'damaged.log', 0));
      expect(events.length).toBeLessThanOrEqual(2 * text.length + 1);
    });
  });

  test('key files, their octets damaged', patience, () => {
    const files = keyFiles().map((file) => new TextEncoder().encode(file));
    endure('key files', share(50_000), fc.tuple(choose(files), damage), ([file, mutations]) => {
      readKeys(new TextDecoder().decode(mutate(file, mutations)), 0);
    });
  });

  test('key files of right JSON with wrong values', patience, () => {
    const files = keyFiles().flatMap((file) => (file.startsWith('{') ? [JSON.parse(file) as unknown] : []));
    const changes = fc.array(
      fc.tuple(fc.nat(400), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('', '0', 'zz', '00', -1, 1e300))),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    endure('JSON key files', share(100_000), fc.tuple(choose(files), changes), ([file, chosen]) => {
      let place = 0;
      const text = JSON.stringify(file, (_, value: unknown) => {
        const found = chosen.find(([at]) => at === place);
        place++;
        return found ? found[1] : value;
      });
      const { events, issues } = readKeys(text, 0);
      expect(events.length + issues.length).toBeLessThanOrEqual(text.length);
    });
  });
});
