import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { aptInstall, exists, lastLineOf } from './apt-get.js';
import type { RealPart } from './real-part.js';

const VERSIONS = '/usr/lib/postgresql';
const OLDEST_VERSION = 15;
const CLUSTER_DEFAULTS = '/etc/postgresql-common/createcluster.conf';

/** The directory of PostgreSQL's programs, of the newest version here. Installs Debian's package where it is missing and may. */
export async function findPostgres(): Promise<RealPart> {
  const program = await newestInstalled();
  if (program !== undefined) return { available: true, program };
  if (process.getuid?.() !== 0)
    return { available: false, reason: 'PostgreSQL is missing, and to install it takes root' };
  try {
    await install();
  } catch (error) {
    return { available: false, reason: `Debian's postgresql cannot be installed: ${lastLineOf(error)}` };
  }
  const installed = await newestInstalled();
  if (installed !== undefined) return { available: true, program: installed };
  return { available: false, reason: `Debian's postgresql is older than ${OLDEST_VERSION}` };
}

async function newestInstalled(): Promise<string | undefined> {
  const versions = (await readdir(VERSIONS).catch(() => []))
    .map(Number)
    .filter((version) => version >= OLDEST_VERSION)
    .sort((left, right) => right - left);
  for (const version of versions) {
    const directory = join(VERSIONS, String(version), 'bin');
    if (await exists(join(directory, 'initdb'))) return directory;
  }
  return undefined;
}

/** Without the cluster and the service that the package would set up: nothing is to be left running on anybody's machine. */
async function install(): Promise<void> {
  if (!(await exists(CLUSTER_DEFAULTS))) {
    await mkdir(dirname(CLUSTER_DEFAULTS), { recursive: true });
    await writeFile(CLUSTER_DEFAULTS, "create_main_cluster = false\nstart_conf = 'manual'\n");
  }
  await aptInstall(['postgresql'], ['-o', 'Dpkg::Options::=--force-confold']);
}
