import { expect, test } from 'vitest';
import { phase1, phase2, proof } from './fixture.ts';
import { ancestry, boxesOf, edgesOf, reduced, smallChoice } from './graph.ts';

const named = (edges: ReturnType<typeof edgesOf>) => edges.map(({ from, to }) => `${from.id} > ${to.id}`);

test('public inputs that go the same way share a box, secrets never do', () => {
  const boxes = boxesOf(phase1).map(({ nodes }) => nodes.map(({ id }) => id).join(' '));
  expect(boxes).toEqual(['psk', 'Ni_b Nr_b', 'g^xy', 'CKY-I CKY-R', 'SKEYID', 'SKEYID_d', 'SKEYID_a', 'SKEYID_e', 'Ka']);
});

test('edges that a longer way says are left out', () => {
  const edges = edgesOf(boxesOf(phase1));
  expect(named(edges)).toContain('SKEYID > SKEYID_e');
  expect(named(reduced(edges))).toEqual([
    'psk > SKEYID',
    'Ni_b > SKEYID',
    'SKEYID > SKEYID_d',
    'g^xy > SKEYID_d',
    'CKY-I > SKEYID_d',
    'SKEYID_d > SKEYID_a',
    'SKEYID_a > SKEYID_e',
    'SKEYID_e > Ka',
  ]);
});

test('a value comes from all that went into it, however far back', () => {
  expect([...ancestry(phase1, 'SKEYID_d')].sort()).toEqual(['CKY-I', 'CKY-R', 'Ni_b', 'Nr_b', 'SKEYID', 'SKEYID_d', 'g^xy', 'psk']);
  expect(ancestry(phase1, 'KEYMAT').size).toBe(0);
  const circle = phase1.map((one) => (one.id === 'psk' ? { ...one, from: ['SKEYID'] } : one));
  expect(ancestry(circle, 'SKEYID').size).toBe(4);
});

test('the small drawing shows phase 1 with its proof, or what a quick mode makes', () => {
  const view = (nodes: typeof phase1) => ({ negotiation: 'n', nodes, note: '' });
  expect(smallChoice(view([...phase1, proof]), null)).toHaveLength(12);
  expect(smallChoice(view([...phase1, ...phase2]), null).map(({ id }) => id)).toEqual(['SKEYID_d', 'Ni_b 2', 'KEYMAT a', 'KEYMAT b']);
});
