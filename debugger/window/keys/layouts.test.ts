import { describe, expect, test } from 'vitest';
import { phase1, phase2, proof } from './fixture.ts';
import { fullLayout } from './full-layout.ts';
import { smallLayout } from './small-layout.ts';

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const apart = (a: Placed, b: Placed): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
const allApart = (boxes: readonly Placed[]) => boxes.every((a, index) => boxes.slice(index + 1).every((b) => apart(a, b)));

describe.each([200, 292, 352])('the small drawing in %i pixels', (width) => {
  test.each([
    ['phase 1', [...phase1, proof]],
    ['phase 2', phase2],
    ['nothing', []],
  ])('%s: boxes apart and inside', (_, nodes) => {
    const layout = smallLayout(nodes, width);
    expect(allApart(layout.boxes)).toBe(true);
    for (const { x, width: own } of layout.boxes) expect(x + own).toBeLessThanOrEqual(width + 0.01);
    expect(layout.edges.every(({ path }) => !path.includes('NaN'))).toBe(true);
  });
});

describe('the drawing at full size', () => {
  const layout = fullLayout([...phase1, ...phase2, proof]);

  test('has a zone for each group, boxes apart and in their zone', () => {
    expect(layout.zones.map(({ group }) => group)).toEqual(['phase1', 'phase2', 'proof']);
    expect(allApart(layout.boxes)).toBe(true);
    for (const { box, y, height } of layout.boxes) {
      const zone = layout.zones.find(({ group }) => group === box.group);
      expect(y).toBeGreaterThanOrEqual(zone?.top ?? 0);
      expect(y + height).toBeLessThanOrEqual((zone?.top ?? 0) + (zone?.height ?? 0));
    }
  });

  test('every edge ends at its box', () => {
    expect(layout.edges.length).toBeGreaterThan(15);
    for (const { to, head } of layout.edges) {
      const box = layout.boxes.find((one) => one.box === to);
      const [x, y] = head.match(/-?[\d.]+/g)?.map(Number) ?? [];
      expect(x).toBeGreaterThanOrEqual((box?.x ?? 0) - 7);
      expect(y).toBeLessThanOrEqual((box?.y ?? 0) + (box?.height ?? 0) + 7);
    }
  });
});
