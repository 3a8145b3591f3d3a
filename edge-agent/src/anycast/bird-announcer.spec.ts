import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announcerContract } from './announcer-contract.js';
import { BirdAnnouncer } from './bird-announcer.js';
import { renderBirdFile } from './bird-file.js';
import { FakeAnnouncer } from './fake-announcer.js';
import { FakeBird } from './fake-bird.js';

const ADDRESS = '203.0.113.10';

let directory: string;
let file: string;
let bird: FakeBird;
let announcer: BirdAnnouncer;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-bird-'));
  file = join(directory, 'bird.conf');
  bird = new FakeBird(file);
  announcer = new BirdAnnouncer({ ask: bird.ask, socketPath: '/run/bird/bird.ctl', file });
});

afterEach(() => rm(directory, { recursive: true }));

describe('BirdAnnouncer keeps the contract of Announcer:', () => {
  it.each(announcerContract())('$name', async ({ check }) => {
    const other = new BirdAnnouncer({ ask: bird.ask, socketPath: '', file });
    await check({ announcer, other, restart: () => bird.restart() });
  });
});

describe('FakeAnnouncer keeps the contract of Announcer:', () => {
  it.each(announcerContract())('$name', async ({ check }) => {
    const fake = new FakeAnnouncer();
    await check({ announcer: fake, other: fake, restart: () => Promise.resolve() });
  });
});

describe('BirdAnnouncer', () => {
  const codes = async (addresses: readonly string[]) =>
    (await announcer.announce(addresses)).problems.map(({ code }) => code);

  it('has BIRD configured for a change, and only looked at without one', async () => {
    await announcer.announce([ADDRESS]);
    expect(bird.commands.filter((command) => command === 'configure')).toHaveLength(1);
    await announcer.announce([ADDRESS]);
    expect(bird.commands.filter((command) => command === 'configure')).toHaveLength(1);
    expect(await readdir(directory)).toEqual(['bird.conf']);
  });

  it('lets BIRD read the file, whose user is another, whatever the umask', async () => {
    const before = process.umask(0o077);
    await announcer.announce([ADDRESS]).finally(() => process.umask(before));
    expect((await stat(file)).mode & 0o777).toBe(0o644);
  });

  it('repairs what others changed', async () => {
    await announcer.announce([ADDRESS]);
    await writeFile(file, '');
    await bird.restart();
    expect(await announcer.read()).toEqual([]);
    expect(await announcer.announce([ADDRESS])).toEqual({ announced: [ADDRESS], problems: [] });
    await bird.ask(['disable weir4']);
    expect(await announcer.announce([ADDRESS])).toEqual({ announced: [ADDRESS], problems: [] });
  });

  it('leaves BIRD what it accepted when it refuses something new', async () => {
    await announcer.announce([ADDRESS]);
    bird.refusal = '/etc/bird/bird.conf:7:1 syntax error';
    const { announced, problems } = await announcer.announce([ADDRESS, '203.0.113.11']);
    expect(announced).toEqual([ADDRESS]);
    expect(problems).toMatchObject([
      { code: 'bird-refused', message: expect.stringContaining(bird.refusal) as string },
    ]);
    expect(await readFile(file, 'utf8')).toBe(renderBirdFile([ADDRESS]));
  });

  it('leaves no file that BIRD has refused from the beginning', async () => {
    bird.refusal = 'syntax error';
    expect(await codes([ADDRESS])).toEqual(['bird-refused']);
    expect(await readdir(directory)).toEqual([]);
  });

  it('withdraws everything even when BIRD refuses its configuration, for good', async () => {
    await announcer.announce([ADDRESS]);
    bird.refusal = '/etc/bird/bird.conf:7:1 syntax error';
    expect(await announcer.announce([])).toMatchObject({ announced: [], problems: [{ code: 'bird-refused' }] });
    bird.refusal = null;
    await bird.restart();
    expect(await announcer.read()).toEqual([]);
    expect(await announcer.announce([ADDRESS])).toEqual({ announced: [ADDRESS], problems: [] });
  });

  it('has the file ready for a BIRD that is away, and says what is missing', async () => {
    bird.isRunning = false;
    expect(await announcer.read()).toBeNull();
    const { announced, problems } = await announcer.announce([ADDRESS]);
    expect(announced).toBeNull();
    expect(problems).toMatchObject([
      { code: 'bird-unreachable', message: expect.stringContaining('/run/bird/bird.ctl') as string },
    ]);
    bird.isRunning = true;
    await bird.restart();
    expect(await announcer.announce([ADDRESS])).toEqual({ announced: [ADDRESS], problems: [] });
  });

  it('says which line bird.conf lacks', async () => {
    bird.isFileIncluded = false;
    const { problems } = await announcer.announce([ADDRESS]);
    expect(problems).toMatchObject([
      {
        code: 'bird-file-not-included',
        message: expect.stringContaining(`include "${directory}*/bird.conf";`) as string,
      },
    ]);
  });

  it('says when the file cannot be written, and what is announced all the same', async () => {
    await announcer.announce([ADDRESS]);
    const elsewhere = join(file, 'bird.conf');
    const stuck = new BirdAnnouncer({ ask: bird.ask, socketPath: '', file: elsewhere });
    expect(await stuck.announce([])).toMatchObject({
      announced: [ADDRESS],
      problems: [{ code: 'bird-file-not-written', message: expect.stringContaining(elsewhere) as string }],
    });
  });
});
