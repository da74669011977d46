// What an empty process takes that prints as much as the contestants, whose outputs are compared.
console.log(Array.from(new Float32Array(10)).join());
