import { access, constants } from 'node:fs/promises';
import { aptInstall, exists, lastLineOf } from '#testkit/apt-get.js';
import { debianProgram } from '#testkit/debian-package.js';
import type { RealPart } from '#testkit/real-part.js';
import { attemptCommand } from './run-command.js';

interface DebianPackage {
  readonly name: string;
  /** A file the package brings; its presence is the cheapest proof that the package is installed. */
  readonly file: string;
}

const kernel = '/usr/bin/linux.uml';

const edgePackages: readonly DebianPackage[] = [
  { name: 'user-mode-linux', file: kernel },
  { name: 'kmod', file: '/sbin/modprobe' },
  { name: 'ipvsadm', file: '/sbin/ipvsadm' },
  { name: 'iproute2', file: '/sbin/ip' },
  { name: 'util-linux', file: '/usr/bin/setpriv' },
  { name: 'ethtool', file: '/sbin/ethtool' },
  { name: 'nftables', file: '/usr/sbin/nft' },
  { name: 'iptables', file: '/usr/sbin/iptables-legacy' },
  // What bird needs to run; BIRD itself is unpacked alone, since its package would start a daemon on this host.
  { name: 'libssh-gcrypt-4', file: '/usr/lib/x86_64-linux-gnu/libssh-gcrypt.so.4' },
];

/** The program of BIRD 2, for the labs that have routers in them. */
export async function findBird(): Promise<RealPart> {
  const lab = await prepareLab();
  return lab.available ? debianProgram('bird2', 'usr/sbin/bird') : lab;
}

const systemd: DebianPackage = { name: 'systemd', file: '/lib/systemd/systemd' };

/** A real service manager for an edge; installed it starts nothing, where it is not process 1 already. */
export async function findSystemd(): Promise<RealPart> {
  const lab = await prepareLab();
  if (!lab.available) return lab;
  const reason = await installMissing([systemd]);
  return reason === undefined ? { available: true, program: systemd.file } : { available: false, reason };
}

/** The user-mode kernel, if the lab can run here. Installs the Debian packages it lacks, so the answer may take a minute. */
export async function prepareLab(): Promise<RealPart> {
  const obstacle = (await hostObstacle()) ?? (await installMissing(edgePackages));
  return obstacle === undefined ? { available: true, program: kernel } : { available: false, reason: obstacle };
}

async function hostObstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `the lab needs Linux, this is ${process.platform}`;
  // Debian builds user-mode Linux for 32 and 64 bit x86 alone.
  if (process.arch !== 'x64') return `user-mode Linux needs an x86-64 processor, this is ${process.arch}`;
  if (process.getuid?.() !== 0) return 'the lab makes network namespaces and needs root';
  if (!(await isWritable('/dev/net/tun'))) return '/dev/net/tun is missing: the kernel has no tap devices';
  const { exitCode, stderr } = await attemptCommand(['unshare', '--net', 'true']);
  if (exitCode !== 0) return `the lab needs network namespaces: ${stderr.trim()}`;
  return undefined;
}

async function installMissing(packages: readonly DebianPackage[]): Promise<string | undefined> {
  const missing = await missingOf(packages);
  if (missing.length === 0) return undefined;
  const reason = await aptInstall(missing).then(() => 'apt-get installed something else', lastLineOf);
  const stillMissing = await missingOf(packages);
  if (stillMissing.length === 0) return undefined;
  return `Debian packages cannot be installed: ${stillMissing.join(' ')} (${reason})`;
}

async function missingOf(packages: readonly DebianPackage[]): Promise<string[]> {
  const present = await Promise.all(packages.map(({ file }) => exists(file)));
  return packages.filter((_, index) => present[index] !== true).map(({ name }) => name);
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
