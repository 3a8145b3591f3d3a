import { Logger } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { type SecureContextOptions, Server as TlsServer, type TlsOptions } from 'node:tls';
import type { TlsSettings } from '#config/control-plane-settings.js';

/** What a server is told of TLS when it starts. Throws when a file cannot be read. */
export function tlsOptions(settings: TlsSettings): TlsOptions {
  const isAskingForCertificates = settings.clientCaFile !== null;
  return {
    ...readFiles(settings),
    minVersion: 'TLSv1.2',
    requestCert: isAskingForCertificates,
    // People come without; the agent channel asks for one itself.
    rejectUnauthorized: false,
  };
}

/** Reads the files again on SIGHUP. New connections get the new certificate; while it cannot be used, they get the last. */
export function reloadOnHangUp(server: Server, settings: TlsSettings): void {
  if (!(server instanceof TlsServer)) return;
  const logger = new Logger('Tls');
  process.on('SIGHUP', () => {
    try {
      server.setSecureContext(readFiles(settings));
      logger.log('the certificate was read again');
    } catch (error) {
      logger.error(`the certificate could not be read again, the last one stays: ${String(error)}`);
    }
  });
}

function readFiles({ certificateFile, keyFile, clientCaFile }: TlsSettings): SecureContextOptions {
  return {
    cert: readFileSync(certificateFile),
    key: readFileSync(keyFile),
    ...(clientCaFile !== null && { ca: readFileSync(clientCaFile) }),
  };
}
