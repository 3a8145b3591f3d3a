import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ControlPlaneClient } from '../../edge-agent/src/client/control-plane-client.js';
import { messageOf } from '../../edge-agent/src/problem.js';
import { type ControlPlaneProcess, startControlPlane } from '#testkit/control-plane-process.js';
import { debianProgram } from '#testkit/debian-package.js';
import { eventually } from '#testkit/eventually.js';
import { describeWith } from '#testkit/real-part.js';

const run = promisify(execFile);

describeWith('TLS', await debianProgram('openssl', 'usr/bin/openssl'), (openssl) => {
  let directory: string;
  let controlPlane: ControlPlaneProcess;
  let dispatcher: Agent;
  const file = (name: string) => join(directory, name);

  /** A key and a certificate for it, signed by the authority of this test. */
  async function issue(name: string, subject: string, alternativeName: string): Promise<void> {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file(`${name}.key`)];
    await run(openssl, [
      ...['req', '-x509', '-subj', `/CN=${subject}`, '-days', '1', ...key, '-out', file(`${name}.pem`)],
      ...['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-addext', `subjectAltName=${alternativeName}`],
      ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ]);
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-tls-'));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('ca.key')];
    await run(openssl, ['req', '-x509', '-subj', '/CN=test-ca', '-days', '1', ...key, '-out', file('ca.pem')]);
    await issue('server', 'weir', 'IP:127.0.0.1');
    await issue('renewed', 'weir', 'IP:127.0.0.1');
    await issue('ams-1', 'ams-1', 'DNS:ams-1');
    await issue('fra-1', 'fra-1', 'DNS:fra-1');
    controlPlane = await startControlPlane({
      caFile: file('ca.pem'),
      environment: {
        WEIR_CYCLE_SECONDS: '3600',
        WEIR_TLS_CERTIFICATE_FILE: file('server.pem'),
        WEIR_TLS_KEY_FILE: file('server.key'),
        WEIR_TLS_CLIENT_CA_FILE: file('ca.pem'),
      },
    });
    dispatcher = new Agent({ connect: { ca: await readFile(file('ca.pem')) } });
    await send('PUT', '/v1/edges/ams-1', { site: 'ams', region: 'eu' });
    const { secret } = (await (
      await send('POST', '/v1/tokens', { name: 'agent', role: 'edge', edge: 'ams-1' })
    ).json()) as { secret: string };
    await writeFile(file('token'), secret);
  });

  afterAll(async () => {
    await dispatcher.close();
    await controlPlane.stop();
    await rm(directory, { recursive: true });
  });

  function send(method: string, path: string, body?: object) {
    return fetch(controlPlane.url + path, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${controlPlane.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** What an agent with this certificate learns; it has the token of ams-1 in any case. */
  async function poll(certificate: string | null): Promise<string> {
    const client = new ControlPlaneClient(controlPlane.url, 'ams-1', {
      tokenFile: file('token'),
      caFile: file('ca.pem'),
      certificateFile: certificate === null ? null : file(`${certificate}.pem`),
      keyFile: certificate === null ? null : file(`${certificate}.key`),
    });
    return client.fetchConfiguration(null, 0, new AbortController().signal).then(() => 'answered', messageOf);
  }

  it('serves people without a certificate of theirs, and tells browsers to stay with it', async () => {
    expect(controlPlane.url).toMatch(/^https:/);
    const answer = await send('GET', '/v1/edges');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=\d+/);
  });

  it('serves an agent that shows the certificate of its edge, and no other', async () => {
    expect(await poll('ams-1')).toBe('answered');
    expect(await poll('fra-1')).toContain('the client certificate is for fra-1');
    expect(await poll(null)).toContain('must connect with a client certificate');
  });

  it('takes up a renewed certificate, and keeps the last one while the new cannot be used', async () => {
    const before = await fingerprint();
    await writeFile(file('server.pem'), 'half a certif');
    controlPlane.hangUp();
    await eventually(() => {
      expect(controlPlane.logs().some((line) => line.includes('could not be read again'))).toBe(true);
    });
    expect(await fingerprint()).toBe(before);

    await copyFile(file('renewed.key'), file('server.key'));
    await copyFile(file('renewed.pem'), file('server.pem'));
    controlPlane.hangUp();
    await eventually(async () => {
      expect(await fingerprint()).not.toBe(before);
    });
  });

  function fingerprint(): Promise<string> {
    const { hostname, port } = new URL(controlPlane.url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }
});
