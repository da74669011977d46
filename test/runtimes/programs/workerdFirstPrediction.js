// Predicts in a Worker of workerd, at the first request.
export default {
  async fetch() {
    const { prediction } = await import("./firstPrediction.js");
    return Response.json(prediction.shape);
  },
};
