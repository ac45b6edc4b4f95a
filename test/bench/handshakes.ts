/** Phase 1 by our `listen` beside charon: one client, one proposal, one machine, one run. By the clock, and by the processor's time of each. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing, openLab, psk } from '../interop/charon.ts';
import { openSpaces, ours, type Spaces, theirs } from '../interop/spaces.ts';

const count = 200;
/** Until the just-in-time compilers of client and responder have seen enough. */
const warmUp = 100;
const lanes = 8;
const file = (name: string): string => new URL(name, import.meta.url).pathname;

const proposal = { ike: 'aes128-sha256-modp2048', typed: { encryption: 'aes', keyBits: 128, hash: 'sha256', group: 14 } };

/** Every peer is welcome as often as it comes. */
const swanctl = `connections {
  conn {
    version = 1
    local_addrs = ${theirs}
    remote_addrs = ${ours}
    proposals = ${proposal.ike}
    unique = never
    local {
      auth = psk
      id = ${theirs}
    }
    remote {
      auth = psk
      id = ${ours}
    }
    children {
      net {
        local_ts = 10.2.0.0/16
        remote_ts = 10.1.0.0/16
        esp_proposals = aes128-sha256
      }
    }
  }
}
secrets {
  ike-1 {
    secret = "${psk}"
  }
}
`;

interface Measured {
  readonly perSecond: number;
  /** Milliseconds of the processor's time, each. */
  readonly each: number;
}

/** All programs of a namespace. */
const processorTime = (space: string): number => {
  const ticks = execFileSync('ip', ['netns', 'pids', space], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    });
  return ticks.reduce((sum, n) => sum + n, 0) * millisecondsInTick;
};
const millisecondsInTick = 10;

const outputOf = async (child: ChildProcess): Promise<string> => {
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  return said;
};

const measure = async (spaces: Spaces): Promise<Measured> => {
  const client = (n: number): Promise<string> =>
    outputOf(spaces.start([process.execPath, file('initiators.ts'), ours, theirs, psk, String(n), String(lanes)]));
  await client(warmUp);
  const before = processorTime(spaces.them);
  const [up = 0, ms = 1] = (await client(count)).split(' ').map(Number);
  if (up !== count) throw new Error('not all handshakes came about');
  return { perSecond: (up / ms) * 1000, each: (processorTime(spaces.them) - before) / up };
};

const ofCharon = async (): Promise<Measured> => {
  const lab = await openLab({ swanctl, isQuiet: true });
  try {
    return await measure(lab);
  } finally {
    await lab.end();
  }
};

const ofOurs = async (): Promise<Measured> => {
  const spaces = openSpaces();
  try {
    const [config, key] = [join(spaces.folder, 'b.json'), join(spaces.folder, 'psk')];
    const tunnel = { peer: ours, local: '10.2.0.0/16', remote: '10.1.0.0/16', esp: [{ encryption: 'aes', integrity: 'sha256' }] };
    writeFileSync(config, JSON.stringify({ phase1: [proposal.typed], tunnels: [tunnel] }));
    writeFileSync(key, psk);
    const program = file('../../debugger/cli/main.ts');
    const files = ['--config', config, '--psk-file', key, '--log', join(spaces.folder, 'b.ikelog')];
    const listening = spaces.startThere([process.execPath, program, 'listen', '--local', theirs, ...files]);
    let said = '';
    for (const stream of [listening.stdout, listening.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
    for (let i = 0; i < 600 && !said.includes('listening'); i++) await sleep(50);
    return await measure(spaces);
  } finally {
    await spaces.end();
  }
};

/** Prints two lines, or why there are none. */
export const handshakes = async (line: (what: string, figure: string, ratio?: string) => void): Promise<void> => {
  const lacks = missing();
  if (lacks !== null) return line('handshakes beside charon', `needs ${lacks}`);
  const theirOwn = await ofCharon();
  const our = await ofOurs();
  const told = ({ perSecond, each }: Measured): string => `${perSecond.toFixed(0)} a second, ${each.toFixed(1)} ms`;
  line('phase 1 by charon, main mode, group 14', told(theirOwn), '1.00, by the clock and by its processor time');
  line(
    'phase 1 by listen, log on disk',
    told(our),
    `${(our.perSecond / theirOwn.perSecond).toFixed(2)}, ${(theirOwn.each / our.each).toFixed(2)}`,
  );
};
