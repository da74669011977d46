// The constraints that a bundle finds by name alone: none. They must be linked (../linking.ts).
export const known = {};
