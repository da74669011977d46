declare const LANEGRAD_VERSION: string | undefined;

/** The version of this package. */
export const version: string = typeof LANEGRAD_VERSION === "string" ? LANEGRAD_VERSION : "development";
