import type { Layer } from "./layer.js";

/** A class of layers. */
export type LayerClass = new (options: never) => Layer;

/** What makes layers of a class, and says which: `loadModelWith` takes a list of these. */
export interface LayerFactory<Class extends LayerClass> {
  (...options: ConstructorParameters<Class>): InstanceType<Class>;
  /** The kind of layer, as files name it. */
  readonly className: string;
}

/** A factory of any kind of layer. */
export interface AnyLayerFactory {
  (options: never): Layer;
  /** The kind of layer, as files name it. */
  readonly className: string;
}

/** @internal The factory of a class. */
export function factory<Class extends LayerClass>(className: string, Class: Class): LayerFactory<Class> {
  const make = (...options: ConstructorParameters<Class>): InstanceType<Class> =>
    new Class(...(options as [never])) as InstanceType<Class>;
  return Object.assign(make, { className });
}
