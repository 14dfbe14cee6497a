export { type ClosureOptions, closureOf, type Input, type Need } from './closure-of.ts';
export { drawClosure } from './draw-closure.ts';
