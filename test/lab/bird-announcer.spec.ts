import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from '#testkit/real-part.js';
import { announcerContract } from '../../edge-agent/src/anycast/announcer-contract.js';
import { BirdAnnouncer } from '../../edge-agent/src/anycast/bird-announcer.js';
import { includePattern } from '../../edge-agent/src/anycast/bird-file.js';
import { birdSocket } from '../../edge-agent/src/anycast/bird-socket.js';
import { startBirdDaemon } from './bird-daemon.js';
import type { HostProcess } from './host-process.js';
import { removeNamespace } from './network.js';
import { findBird } from './packages.js';
import { runCommand } from './run-command.js';
import { runName } from './topology.js';

const ADDRESS = '203.0.113.10';

describeWith('BirdAnnouncer with a real BIRD', await findBird(), (bird) => {
  // Apart from the sequence that labs of this process count, and found by the same search for what was left behind.
  const namespace = `${runName({ ownerPid: process.pid, sequence: 999 })}-bird`;
  let directory: string;
  let configuration: string;
  let socketPath: string;
  let file: string;
  let daemon: HostProcess;
  let announcer: BirdAnnouncer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-bird-'));
    [configuration, socketPath] = [join(directory, 'bird.conf'), join(directory, 'bird.ctl')];
    file = join(directory, 'weir', 'bird.conf');
    await runCommand(['ip', 'netns', 'add', namespace]);
    await configureBird(`include "${includePattern(file)}";`);
    await startBird();
  });

  afterAll(async () => {
    await daemon.kill();
    removeNamespace(namespace);
    await rm(directory, { recursive: true });
  });

  beforeEach(async () => {
    announcer = createAnnouncer();
    expect(await announcer.announce([])).toEqual({ announced: [], problems: [] });
  });

  it.each(announcerContract())('$name', async ({ check }) => {
    await check({ announcer, other: createAnnouncer(), restart: restartBird });
  });

  it('announces nothing by itself when BIRD starts without the file', async () => {
    await announcer.announce([ADDRESS]);
    await rm(file);
    await restartBird();
    expect(await announcer.read()).toEqual([]);
  });

  it('withdraws although the operator’s part has a slip in it, and announces once that is mended', async () => {
    await announcer.announce([ADDRESS]);
    await configureBird('protocl bgp {}');
    const withdrawn = await announcer.announce([]);
    expect(withdrawn).toMatchObject({ announced: [], problems: [{ code: 'bird-refused' }] });
    expect(withdrawn.problems[0]?.message).toContain(`${configuration}:`);
    await configureBird(`include "${includePattern(file)}";`);
    expect(await announcer.announce([ADDRESS])).toEqual({ announced: [ADDRESS], problems: [] });
  });

  it('says that BIRD does not read its file', async () => {
    await configureBird('');
    await birdSocket(socketPath)(['configure']);
    expect((await announcer.announce([ADDRESS])).problems).toMatchObject([{ code: 'bird-file-not-included' }]);
    await configureBird(`include "${includePattern(file)}";`);
  });

  it('says that BIRD is away, and needs nothing but BIRD to come back', async () => {
    await daemon.kill();
    expect((await announcer.announce([ADDRESS])).problems).toMatchObject([{ code: 'bird-unreachable' }]);
    await startBird();
    expect(await announcer.read()).toEqual([ADDRESS]);
  });

  function createAnnouncer(): BirdAnnouncer {
    return new BirdAnnouncer({ ask: birdSocket(socketPath), socketPath, file });
  }

  async function configureBird(own: string): Promise<void> {
    await writeFile(configuration, `router id 192.0.2.1;\nprotocol device {}\n${own}\n`);
  }

  async function startBird(): Promise<void> {
    daemon = await startBirdDaemon({ program: bird, namespace, configuration, socketPath });
  }

  async function restartBird(): Promise<void> {
    await daemon.kill();
    await startBird();
  }
});
