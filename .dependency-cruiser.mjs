// Who may import whom, as rows of data: the check and the picture in ARCHITECTURE.md read the same ones. Type imports count.

/** Every folder of the engine may use itself and these two (but these two not each other). */
const base = ['values', 'bytes'];

const core = ['registry', 'wire', 'crypto', 'event'];

/** Folder of engine/, and which other folders it may also use. */
export const engineRows = {
  values: [],
  bytes: [],
  registry: [],
  wire: ['registry'],
  crypto: ['registry'],
  event: ['registry'],
  log: ['event'],
  state: core,
  decide: [...core, 'state'],
  ingest: ['registry', 'wire', 'event', 'log'],
  redact: [...core, 'log'],
  replay: ['event', 'log', 'state'],
  view: ['registry', 'wire', 'event', 'log', 'state', 'replay'],
  live: ['event', 'log', 'state', 'decide'],
  sim: ['event', 'log', 'state', 'decide', 'live'],
};

/** Folder of debugger/, which paths of this repository it may use beside its own, and whether Node's modules and Electron. */
export const debuggerRows = {
  protocol: { paths: ['engine/index\\.ts$'], node: false, electron: false },
  window: { paths: ['debugger/protocol/'], node: false, electron: false },
  preload: { paths: ['debugger/protocol/'], node: false, electron: true },
  main: { paths: ['debugger/protocol/', 'debugger/host/(orders|page)\\.ts$'], node: true, electron: true },
  host: { paths: ['debugger/protocol/', 'engine/index\\.ts$', 'engine/host/'], node: true, electron: false },
  cli: { paths: ['debugger/protocol/', 'debugger/host/', 'engine/index\\.ts$', 'engine/host/'], node: true, electron: false },
};

const tests = '\\.test\\.tsx?$';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
/** Found or not; a relative path that leads nowhere is the compiler's business. */
const isPackage = {
  pathNot: '^\\.',
  dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
};

const engine = Object.entries(engineRows).map(([folder, others]) => {
  const allowed = base.includes(folder) ? [folder] : [folder, ...base, ...others];
  return rule(
    `engine-${folder}`,
    `engine/${folder} may use ${allowed.join(', ')}`,
    { path: `^engine/${folder}/`, pathNot: tests },
    { path: '^(engine|debugger)/', pathNot: `^engine/(${allowed.join('|')})/` },
  );
});

const debuggers = Object.entries(debuggerRows).flatMap(([folder, { paths, node, electron }]) => {
  const from = { path: `^debugger/${folder}/`, pathNot: tests };
  const allowed = [`debugger/${folder}/`, ...paths].join('|');
  return [
    rule(`debugger-${folder}`, `debugger/${folder} may use ${allowed}`, from, { path: '^(engine|debugger)/', pathNot: `^(${allowed})` }),
    ...(node ? [] : [rule(`debugger-${folder}-without-node`, 'it runs where Node is not', from, { dependencyTypes: ['core'] })]),
    ...(electron
      ? []
      : [rule(`debugger-${folder}-without-electron`, 'it runs in a browser or a terminal too', from, { path: '(^|/)electron(/|$)' })]),
  ];
});

const sansIo = { path: '^engine/', pathNot: ['^engine/host/', tests] };
const versioned = '^engine/(state|decide)/(ikev1|ikev2)/';

const others = [
  rule('core-is-sans-io', 'time, chance, files and sockets come in as events', sansIo, { dependencyTypes: ['core'] }),
  rule(
    'core-without-packages',
    'only crypto/pure and log/file.ts lean on a package',
    { path: '^engine/', pathNot: ['^engine/host/', '^engine/crypto/pure/', '^engine/log/file\\.ts$', tests] },
    isPackage,
  ),
  rule(
    'log-file-only-msgpackr',
    'the records are msgpackr',
    { path: '^engine/log/file\\.ts$' },
    { ...isPackage, pathNot: '^\\.|msgpackr' },
  ),
  rule(
    'host-is-the-edge',
    'nothing in the engine leans on its host',
    { path: '^engine/(?!host/)', pathNot: tests },
    { path: '^engine/host/' },
  ),
  rule('host-knows-no-debugger', 'the engine stands alone', { path: '^engine/', pathNot: tests }, { path: '^debugger/' }),
  rule(
    'index-is-for-others',
    'one door, used from outside',
    { path: '^engine/(?!index\\.ts|host/)', pathNot: tests },
    { path: '^engine/index\\.ts$' },
  ),
  rule(
    'versions-are-strangers',
    'IKEv1 and IKEv2 meet in route.ts and ipsec/',
    { path: versioned },
    { path: versioned, pathNot: '^engine/(state|decide)/$2/' },
  ),
  rule(
    'ipsec-knows-no-ike',
    'an SA does not know who agreed on it',
    { path: '^engine/(state|decide)/ipsec/', pathNot: tests },
    { path: versioned },
  ),
  rule('tests-stay-outside', 'nothing leans on a test', { path: '^(engine|debugger)/', pathNot: tests }, { path: [tests, '^test/'] }),
  rule('no-cycles', 'a cycle has no first thing to read', {}, { circular: true }),
];

export default {
  forbidden: [...engine, ...debuggers, ...others],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' }, exclude: { path: '^(dist|release|node_modules)/' } },
};
