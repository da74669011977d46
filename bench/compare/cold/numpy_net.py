import numpy as np

value = np.zeros((1, 784), np.float32)
shapes = [(784, 25), (25, 15), (15, 10)]
for inputs, units in shapes[:-1]:
    value = np.maximum(value @ np.zeros((inputs, units), np.float32), 0)
inputs, units = shapes[-1]
exponentials = np.exp(value @ np.zeros((inputs, units), np.float32))
print(*(exponentials / exponentials.sum())[0], sep=",")
