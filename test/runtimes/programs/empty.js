// What any program of a runtime takes to start.
export const nothing = undefined;
