/** Reads a folder that holds a capture and its keys, as `traces/` does, into a log. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../engine/ingest/capture.ts';
import { readKeys } from '../../engine/ingest/keys.ts';
import { mergeReadings } from '../../engine/ingest/merge.ts';
import { type Reading, toEnd } from '../../engine/ingest/reading.ts';
import type { Log } from '../../engine/log/log.ts';

export const tracesFolder = join(import.meta.dirname, '../../traces');
export const bundledTrace = join(tracesFolder, 'mm-psk-3des-sha1-modp1024');
/** Recordings and references that a clone does not have. */
export const sharedFolder = join(import.meta.dirname, '../../../shared');

export const captureReading = (bytes: Uint8Array, name: string): Reading => {
  const reading = readCapture(bytes, name, 0);
  if (!reading) throw new Error(`${name} is no capture`);
  return toEnd(reading);
};

export const keysReading = (text: string): Reading => ({
  input: { name: 'keys.json', kind: 'keys', detail: 'keys.json' },
  events: readKeys(text, 0).events,
  damage: [],
});

/** All keys that are known of a trace: those that the daemons logged, where they stand apart from what readers are given. */
export const keysFile = (folder: string): string => {
  const logged = join(folder, 'daemons.json');
  return existsSync(logged) ? logged : join(folder, 'keys.json');
};

export const loadTrace = (folder: string, options: { readonly keys?: boolean; readonly capture?: string } = {}): Log => {
  const name = options.capture ?? 'capture.pcap';
  const readings = [captureReading(new Uint8Array(readFileSync(join(folder, name))), name)];
  const keys = keysFile(folder);
  if (options.keys !== false && existsSync(keys)) readings.push(keysReading(readFileSync(keys, 'utf8')));
  return mergeReadings(readings);
};
