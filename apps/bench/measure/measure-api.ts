import { fileURLToPath } from 'node:url';
import { ControlPlaneUnderLoad } from '../agents/control-plane-under-load.js';
import { declareFleet } from '../agents/declare-fleet.js';
import { loadRoute, type RouteFigures } from '../api/load-route.js';
import { startPlainRoute } from '../api/plain-route.js';

/** Reading and replacing one resource, of Weir's and of a route that does nothing besides. */
export interface ApiFigures {
  readonly plainRead: RouteFigures;
  readonly read: RouteFigures;
  readonly plainWrite: RouteFigures;
  readonly write: RouteFigures;
}

const program = fileURLToPath(new URL('../../../bundles/control-plane/main.js', import.meta.url));
const bodyOf = (count: number): object => ({ region: `eu-${count}`, endpoints: [{ address: '192.0.2.1' }] });

async function measure(): Promise<ApiFigures> {
  const controlPlane = await ControlPlaneUnderLoad.start(program, { WEIR_REQUESTS_PER_SECOND: '100000' });
  await declareFleet(controlPlane, 10);
  const origin = (await controlPlane.send('GET', '/v1/origins/near')) as object;
  const plain = await startPlainRoute(origin);
  const weir = {
    url: `${controlPlane.url}/v1/origins/near`,
    headers: { authorization: `Bearer ${controlPlane.token}` },
  };
  try {
    return {
      plainRead: await loadRoute({ url: plain.url, method: 'GET' }),
      read: await loadRoute({ ...weir, method: 'GET' }),
      plainWrite: await loadRoute({ url: plain.url, method: 'PUT', bodyOf }),
      write: await loadRoute({ ...weir, method: 'PUT', bodyOf }),
    };
  } finally {
    await plain.stop();
    await controlPlane.remove();
  }
}

process.stdout.write(`${JSON.stringify(await measure())}\n`);
