# Prints the numbers that the tests of this folder expect: python3 test/scores/reference.py
# Made with scikit-learn 1.2.1 (Debian python3-sklearn).
import warnings; warnings.simplefilter("ignore")
import numpy as np, sklearn.metrics as m
def show(name, v): print(name, repr(float(v)))
t = "cat dog ant dog cat ant ant dog bee cat ant dog".split()
p = "cat dog ant cat cat ant dog dog ant ant ant dog".split()
only = ["cat", "dog", "cat", "dog"]; eel = ["cat", "eel", "dog", "dog"]
o = [1]*8+[0]*8; g = [1]*5+[0]*10+[1]
for n, a, b in (("text", t, p), ("swapped", p, t), ("binary", o, g), ("predicted only", only, eel), ("one class", [1,1], [1,1]), ("const pred", [0,1,1], [1,1,1]), ("always wrong", [0,0,1,1], [1,1,0,0])):
    for f in (m.balanced_accuracy_score, m.cohen_kappa_score, m.matthews_corrcoef): show(n + " " + f.__name__, f(a, b))
y = [0, 0, 1, 1, 1, 0, 1, 0]
s = [0.125, 0.5, 0.5, 0.75, 0.25, 0.5, 1, 0]
for f in (m.roc_auc_score, m.average_precision_score, m.log_loss, m.brier_score_loss): show("ties " + f.__name__, f(y, s))
show("logits roc", m.roc_auc_score(y, [-3, 2, 1, 4, -1, 0, 9, -7]))
show("logits ap", m.average_precision_score(y, [-3, 2, 1, 4, -1, 0, 9, -7]))
show("ham", m.roc_auc_score(["spam","ham","spam","ham"], [0.9,0.4,0.35,0.1]))
show("spam ap", m.average_precision_score(["spam","ham","spam","ham"], [0.9,0.4,0.35,0.1], pos_label="spam"))
show("all pos ap", m.average_precision_score([1,1],[0.2,0.1]))
show("const", m.roc_auc_score([0,1,1],[.5,.5,.5]))
show("const ap", m.average_precision_score([0,1,1],[.5,.5,.5]))
show("wrong64", m.log_loss([1, 0], np.array([0., 0.25])))
show("wrong32", m.log_loss([1, 0], np.array([0., 0.25], dtype=np.float32)))
q = [[0.7,0.2,0.1],[0.1,0.1,0.8],[0.3,0.3,0.4],[1,0,0]]
show("multi", m.log_loss([0,2,1,1], q, labels=[0,1,2]))
show("multi sums", m.log_loss([0,1], [[0.5004,0.5],[0.25,0.7504]]))
show("multi32", m.log_loss([0,2,1,1], np.array(q, dtype=np.float32), labels=[0,1,2]))
sc = np.array([[0.5,0.2,0.2,0.1],[0.3,0.4,0.2,0.1],[0.25,0.25,0.25,0.25],[0.7,0.2,0.1,0],[0.1,0.2,0.3,0.4],[0.25,0.25,0.25,0.25]])
for k in (1,2,3): show(f"top{k}", m.top_k_accuracy_score([0,1,2,2,3,0], sc, k=k, labels=[0,1,2,3]))
a = np.array([[3,-0.5],[2,7],[-1,2],[0.25,4]]); b = np.array([[2.5,0],[2,8],[-1.5,1],[0.5,3]])
for f in (m.explained_variance_score, m.median_absolute_error, m.mean_absolute_percentage_error): show("one " + f.__name__, f(a[:,0], b[:,0])); show("two " + f.__name__, f(a, b))
show("max", m.max_error(a[:,0], b[:,0]))
show("odd median", m.median_absolute_error([1,2,3,4,5],[1,4,3,14,8]))
show("mape 0", m.mean_absolute_percentage_error([0,1],[1,1]))
for n, a, b in (("off", [2,2,2],[3,3,3]), ("const", [2,2,2],[1,2,2]), ("single", [1],[5]), ("shift",[1,2,3],[11,12,13])): show(n, m.explained_variance_score(a,b))
