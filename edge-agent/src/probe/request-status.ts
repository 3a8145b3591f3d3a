import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface StatusRequest {
  readonly path: string;
  readonly host: string;
}

/**
 * TLS over a connected socket. `host` is the server name that is asked for, and that a certificate must be for when it
 * is verified: against the authorities that Node knows, and those of NODE_EXTRA_CA_CERTS.
 */
export function secure(socket: Socket, host: string, verifyCertificate: boolean): Promise<Socket> {
  const name = hostnameOf(host);
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket,
      host: name,
      rejectUnauthorized: verifyCertificate,
      ALPNProtocols: ['http/1.1'],
      // An address is no server name (RFC 6066), and Node refuses it.
      ...(isIP(name) === 0 && { servername: name }),
    });
    secured.on('error', reject);
    // When the socket below is destroyed there is no error here.
    secured.once('close', () => {
      reject(new Error('the connection was closed in the TLS handshake'));
    });
    secured.once('secureConnect', () => {
      resolve(secured);
    });
  });
}

/** The status of an answer's head; the body is not waited for. Node limits the head to 16 KiB. */
export function requestStatus(socket: Socket, { path, host }: StatusRequest, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { method: 'GET', path, signal, createConnection: () => socket, headers: { host, 'user-agent': 'weir-probe' } },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    asked.on('error', reject);
    // A server that changes to another protocol gives no answer.
    asked.once('close', () => {
      reject(new Error('the connection was closed without an answer'));
    });
    asked.end();
  });
}

/** `shop.example:8443` without its port, `[2001:db8::1]` without its brackets. */
function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
