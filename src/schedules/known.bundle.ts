// A bundle finds no schedule by name alone: they must be linked (../linking.ts).
export {};
