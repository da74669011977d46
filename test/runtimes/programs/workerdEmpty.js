// The empty program in a Worker of workerd.
export default { fetch: () => Response.json([]) };
