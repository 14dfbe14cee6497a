/** A bake as a process of its own, to be killed. */
import { bakeBox } from './box-bake.ts';

process.stdout.write(JSON.stringify(await bakeBox({ with: 'everybody' }, [])));
