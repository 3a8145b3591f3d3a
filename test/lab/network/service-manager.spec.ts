import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually } from '#testkit/eventually.js';
import { describeWith } from '#testkit/real-part.js';
import { ControlPlane } from '../control-plane.js';
import { startEdgeLab, type EdgeLab } from '../edge-lab.js';
import { readServices } from '../kernel-table.js';
import { AGENT_PORT, expectHealthy } from '../lab-agent.js';
import { findSystemd } from '../packages.js';
import { ServiceManager } from '../service-manager.js';
import { addresses } from '../topology.js';
import { sendConnections, startOrigin } from '../traffic.js';

const { anycast, west } = addresses;
const EDGE = 'edge';
const ORIGIN_PORT = 8080;
const PATIENCE_MS = 90_000;

/** CAP_NET_ADMIN, the 13th bit, and nothing else (linux/capability.h). */
const NET_ADMIN_ALONE = '0000000000001000';

describeWith('the agent as a service of systemd', await findSystemd(), () => {
  let lab: EdgeLab;
  let controlPlane: ControlPlane;
  let systemd: ServiceManager;
  let settings: Readonly<Record<string, string>>;

  beforeAll(async () => {
    lab = await startEdgeLab();
    controlPlane = new ControlPlane(lab);
    await Promise.all([controlPlane.start(), startOrigin(lab, [west.ipv4], ORIGIN_PORT)]);
    const { api } = controlPlane;
    await api.put('/v1/origins/west', { region: 'west', endpoints: [{ address: west.ipv4 }] });
    await api.put(`/v1/edges/${EDGE}`, { site: 'lab', region: 'west' });
    await api.put('/v1/load-balancers/shop', {
      addresses: [anycast.ipv4],
      listeners: [{ protocol: 'TCP', port: 443 }],
      origins: [{ origin: 'west', port: ORIGIN_PORT }],
      // Source NAT is the firewall's, which needs more than the unit gives where the kernel has no nftables, as here.
      forwarding: { sourceNat: false },
    });
    settings = {
      WEIR_EDGE_NAME: EDGE,
      WEIR_CONTROL_PLANE_URL: controlPlane.url,
      WEIR_EDGE_STATE_DIRECTORY: '/var/lib/weir-edge',
      WEIR_EDGE_DATA_PLANE: 'ipvs',
      WEIR_EDGE_HTTP_HOST: lab.address,
      WEIR_EDGE_TOKEN_FILE: '/etc/weir/token',
    };
    systemd = await ServiceManager.start(lab, settings);
    await lab.commands.run(`install -m 640 -g weir-edge ${await tokenFile()} /etc/weir/token`);
  });

  afterAll(async () => {
    await controlPlane.kill();
    await lab.stop();
  });

  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`systemd:\n${await systemd.log()}\nthe agent:\n${await systemd.agentLog()}\n`);
    });
  });

  it('is ready when its first sync is done, and serves with one privilege', async () => {
    // Type=notify: this returns when the agent says so.
    await systemd.run('systemctl', 'start', 'weir-edge');
    expect(await systemd.properties('ActiveState', 'SubState')).toEqual({ ActiveState: 'active', SubState: 'running' });
    await eventually(() => expectHealthy(lab), PATIENCE_MS);
    await eventually(expectService, PATIENCE_MS);
    await expectForwarding();
    const { MainPID = '' } = await systemd.properties('MainPID');
    const { stdout } = await systemd.run('cat', `/proc/${MainPID}/status`);
    for (const set of ['CapEff', 'CapPrm', 'CapBnd']) expect(stdout).toContain(`${set}:\t${NET_ADMIN_ALONE}\n`);
    expect(stdout).toMatch(/^NoNewPrivs:\t1$/m);
    expect(stdout).toMatch(/^Seccomp:\t2$/m);
    await eventually(async () => {
      const { StatusText } = await systemd.properties('StatusText');
      expect(StatusText).toMatch(/^generation \d+ of term \d+; 1 services; all is well$/);
    }, PATIENCE_MS);
  });

  it('is killed by the watchdog when it stands still, and started again, while the kernel forwards', async () => {
    const before = await systemd.properties('MainPID');
    await systemd.run('kill', '-STOP', before['MainPID'] ?? '');
    await expectForwarding();
    await eventually(async () => {
      const after = await systemd.properties('MainPID', 'NRestarts', 'ActiveState');
      expect(after).toMatchObject({ NRestarts: '1', ActiveState: 'active' });
      expect(after['MainPID']).not.toBe(before['MainPID']);
    }, PATIENCE_MS);
    expect(await systemd.log()).toContain('weir-edge.service: Watchdog timeout');
    await eventually(() => expectHealthy(lab), PATIENCE_MS);
    await expectForwarding();
  });

  it('says that it reloads, and leaves its announcement to its successor in a restart', async () => {
    await systemd.run('systemctl', 'reload', 'weir-edge');
    await systemd.run('systemctl', 'restart', 'weir-edge');
    expect(await systemd.agentLog()).toContain('"signal":"SIGUSR2"');
    await eventually(() => expectHealthy(lab), PATIENCE_MS);
  });

  it('ends in good order on a stop, and leaves the kernel as it is', async () => {
    await systemd.run('systemctl', 'stop', 'weir-edge');
    const { ActiveState, Result, ExecMainStatus } = await systemd.properties('ActiveState', 'Result', 'ExecMainStatus');
    expect({ ActiveState, Result, ExecMainStatus }).toEqual({
      ActiveState: 'inactive',
      Result: 'success',
      ExecMainStatus: '0',
    });
    expect(await systemd.agentLog()).toContain('"signal":"SIGTERM"');
    await expect(fetch(`http://${lab.address}:${AGENT_PORT}/healthz`)).rejects.toThrow();
    await expectService();
    await expectForwarding();
  });

  it('is not tried again with settings that are wrong', async () => {
    await systemd.configure({ ...settings, WEIR_EDGE_DATA_PLANE: 'ipvz' });
    expect((await systemd.attempt('systemctl', 'start', 'weir-edge')).exitCode).not.toBe(0);
    expect(await systemd.properties('ActiveState', 'ExecMainStatus')).toEqual({
      ActiveState: 'failed',
      ExecMainStatus: '2',
    });
    expect(await systemd.agentLog()).toContain('WEIR_EDGE_DATA_PLANE must be set to userspace or ipvs');
  });

  async function expectService(): Promise<void> {
    const services = await readServices(lab.commands);
    expect(Object.keys(services)).toEqual([`${anycast.ipv4}:443`]);
    expect(services[`${anycast.ipv4}:443`]?.weights[west.ipv4]).toBeGreaterThan(0);
  }

  async function expectForwarding(): Promise<void> {
    expect(await sendConnections(lab, anycast.ipv4, 20)).toMatchObject({
      answeredBy: { [west.ipv4]: 20 },
      failures: {},
    });
  }

  /** Within the edge's reach. */
  async function tokenFile(): Promise<string> {
    const file = join(lab.stateDirectory, 'token');
    await copyFile(await controlPlane.tokenFile(EDGE), file);
    return file;
  }
});
