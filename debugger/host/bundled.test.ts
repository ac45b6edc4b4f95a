import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledName } from './bundled.ts';

const traces = join('some', 'where', 'traces');

test('a bundled capture is called by its trace, any other file by its own name', () => {
  expect(bundledName(traces, join(traces, 'nat-t', 'capture.pcap'))).toBe('nat-t.pcap');
  expect(bundledName(traces, join(traces, 'nat-t', 'keys.json'))).toBeUndefined();
  expect(bundledName(traces, join(traces, 'nat-t', 'deeper', 'capture.pcap'))).toBeUndefined();
  expect(bundledName(traces, join('elsewhere', 'nat-t', 'capture.pcap'))).toBeUndefined();
});
