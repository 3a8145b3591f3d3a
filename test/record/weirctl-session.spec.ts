import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { WeirApi } from '#testkit/weir-api.js';
import { ReportingAgent } from '../e2e/reporting-agent.js';
import { type Piece, runInTerminal, type Typing } from './pseudo-terminal.js';
import { type Frame, sessionPicture } from './session-picture.js';
import { screenAfter } from './terminal-screen.js';

/*
 * Records docs/images/weirctl.svg: weirctl, in a terminal, against a control plane that decides for two edges
 * whose agents report more demand than the near origin can take. `npm run record` makes it anew; look at it before it is kept.
 */

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../docs/images/weirctl.svg', import.meta.url));
/** Beside the picture what it was made of, as text: for docs/weirctl.md. */
const TRANSCRIPT = join(tmpdir(), 'weirctl-session.txt');

/** Enough for the near origin to be full, and for the rest to have moved on. */
const CYCLES_BEFORE = 15;
const READING_SECONDS = 5;
const QUIT: Typing = { afterMs: 6_000, keys: 'q' };

interface Scene {
  readonly line: string;
  readonly typing?: readonly Typing[];
  /** As long as it lasts, in so many frames, instead of its end. */
  readonly liveFrames?: number;
}

const SCENES: readonly Scene[] = [
  { line: 'weirctl get origins' },
  { line: 'weirctl explain shop' },
  { line: 'weirctl describe lb shop' },
  { line: 'weirctl top', typing: [QUIT], liveFrames: 3 },
  { line: 'weirctl what-if --capacity near=200' },
  { line: 'weirctl apply -f near.yaml', typing: [{ afterMs: 4_000, keys: 'y\n' }] },
  { line: 'weirctl drain origin far' },
  { line: 'weirctl undrain origin far' },
  { line: 'weirctl events --limit 8' },
];

/** Connections per second that each edge's agent reports; no more than 60 of them fit at the near origin. */
const DEMAND = { 'ams-1': 90, 'fra-1': 60 } as const;
const NEAR_CAPACITY = 60;

let agents: readonly ReportingAgent[];
let controlPlane: ControlPlaneProcess;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weirctl-'));
  controlPlane = await startControlPlane({ environment: { WEIR_CYCLE_SECONDS: '1', WEIR_RATE_WINDOW_SECONDS: '4' } });
  const api = new WeirApi(controlPlane);
  await declare(api);
  agents = Object.entries(DEMAND).map(([edge, rate]) => new ReportingAgent(edge, rate));
  for (const [index, edge] of Object.keys(DEMAND).entries()) {
    agents[index]?.start([controlPlane.url], await api.edgeToken(edge));
  }
  await api.passCycles(CYCLES_BEFORE);
  await writeFile(join(home, 'near.yaml'), JSON.stringify({ kind: 'Origin', name: 'near', ...near(90) }));
  await writeFile(join(home, 'weirctl'), `#!/bin/sh\nexec ${process.execPath} ${DIST}/weirctl.mjs "$@"\n`, {
    mode: 0o755,
  });
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await controlPlane.stop();
  await rm(home, { recursive: true });
});

async function declare(api: WeirApi): Promise<void> {
  await api.put('/v1/origins/near', near(NEAR_CAPACITY));
  await api.put('/v1/origins/far', { region: 'us', endpoints: [{ address: '192.0.2.21' }] });
  for (const edge of Object.keys(DEMAND)) await api.put(`/v1/edges/${edge}`, { site: edge.slice(0, 3), region: 'eu' });
  await api.put('/v1/load-balancers/shop', {
    addresses: ['203.0.113.10'],
    listeners: [{ protocol: 'TCP', port: 443 }],
    origins: [{ origin: 'near' }, { origin: 'far' }],
  });
}

function near(rate: number) {
  return { region: 'eu', endpoints: [{ address: '198.51.100.11' }], capacity: { rate } };
}

it('records a session', async () => {
  const frames: Frame[] = [];
  let transcript = '';
  for (const scene of SCENES) {
    const pieces = await play(scene);
    const prompt = `\u001b[32m$\u001b[0m ${scene.line}\r\n`;
    frames.push(...(await framesOf(scene, prompt, pieces)));
    transcript += `$ ${scene.line}\n${pieces.map(({ text }) => text).join('')}\n`;
  }
  expect(transcript).not.toMatch(/cannot reach|refused|Error/);
  expect(Object.keys(DEMAND).every((edge) => transcript.includes(edge))).toBe(true);
  await writeFile(PICTURE, sessionPicture(frames));
  await writeFile(TRANSCRIPT, transcript);
}, 300_000);

function play({ line, typing }: Scene): Promise<readonly Piece[]> {
  const environment = {
    PATH: [home, dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
    HOME: home,
    TERM: 'xterm-256color',
    WEIR_URL: controlPlane.url,
    WEIR_TOKEN: controlPlane.token,
  };
  return runInTerminal(line, { cwd: home, environment, ...(typing !== undefined && { typing }) });
}

/** The screen at the end; or the screens while it lasted, before it gives the terminal back. */
async function framesOf({ liveFrames }: Scene, prompt: string, pieces: readonly Piece[]): Promise<readonly Frame[]> {
  const texts = pieces.map(({ text }) => text);
  if (liveFrames === undefined)
    return [{ screen: await screenAfter(`${prompt}${texts.join('')}`), seconds: READING_SECONDS }];
  const live = texts.slice(0, -1);
  const ends = Array.from({ length: liveFrames }, (_, index) => Math.ceil(((index + 1) * live.length) / liveFrames));
  return Promise.all(
    ends.map(async (end) => ({ screen: await screenAfter(live.slice(0, end).join('')), seconds: READING_SECONDS / 2 })),
  );
}
